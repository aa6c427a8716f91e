/// Parses `add element [FAMILY] TABLE SET { KEY [OPTIONS], … }`, or `create element`, as nft does.
struct NFTElements {
    /// The words between `element` and the braces.
    private let set: [String]
    /// The key of each element.
    private let keys: [String]

    /// - Parameter command: nft's arguments, joined with blanks as nft does. Nil for any other command, and if a doubt
    ///   is left.
    init?(_ command: String) {
        guard var tokens = Self.tokens(command) else { return nil }
        while let option = tokens.first, Self.harmless.contains(option) { tokens.removeFirst() }
        guard tokens.count > 2, ["add", "create"].contains(tokens[0]), tokens[1] == "element" else { return nil }
        let path = tokens.dropFirst(2).prefix { $0 != "{" }
        let list = tokens.dropFirst(2 + path.count)
        guard path.count == 2 || path.count == 3 && Self.families.contains(path[path.startIndex]),
            path.allSatisfy(Self.isPlain), list.count > 2, list.last == "}"
        else { return nil }
        var keys: [String] = []
        for element in list.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false) {
            guard let key = Self.key(of: element) else { return nil }
            keys.append(key)
        }
        set = Array(path)
        self.keys = keys
    }

    /// The nft arguments that check whether all of the elements exist. Their remaining time does not matter.
    var get: String { "get element \(set.joined(separator: " ")) { \(keys.joined(separator: ", ")) }" }

    /// An element's key, without options such as `timeout 60s` and without a map's data: `get` takes the key alone.
    private static func key(of element: ArraySlice<String>) -> String? {
        let key = element.prefix { !options.contains($0) && $0 != ":" }
        var rest = element.dropFirst(key.count)
        while let option = rest.popFirst() {
            // A map's data may be several words, such as `jump CHAIN`.
            if option == ":" {
                let data = rest.prefix { !options.contains($0) }
                guard !data.isEmpty, data.allSatisfy(isPlain) else { return nil }
                rest = rest.dropFirst(data.count)
            } else {
                guard options.contains(option), rest.popFirst() != nil else { return nil }
            }
        }
        // The parts of a concatenation are separated by dots.
        let isKey = key.enumerated().allSatisfy { $0.isMultiple(of: 2) ? isPlain($1) && $1 != "." : $1 == "." }
        return isKey && !key.count.isMultiple(of: 2) ? key.joined(separator: " ") : nil
    }

    private static let families: Set<String> = ["ip", "ip6", "inet", "arp", "bridge", "netdev"]
    private static let options: Set<String> = ["timeout", "expires", "comment"]
    /// Options of the program that change only its output.
    private static let harmless: Set<String> = [
        "-a", "--handle", "-e", "--echo", "-n", "--numeric", "-s", "--stateless",
    ]

    /// The words, each quotation as one word, the braces and the commas; nil for any other byte.
    private static func tokens(_ text: String) -> [String]? {
        var tokens: [String] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): rest.removeFirst()
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","):
                tokens.append(String(UnicodeScalar(byte)))
                rest.removeFirst()
            case UInt8(ascii: "\""):
                guard let end = rest.dropFirst().firstIndex(of: byte) else { return nil }
                tokens.append(String(decoding: rest[...end], as: UTF8.self))
                rest = rest[(end + 1)...]
            default:
                let word = String(decoding: rest.prefix { !" \t{},\"".utf8.contains($0) }, as: UTF8.self)
                guard isPlain(word) else { return nil }
                tokens.append(word)
                rest = rest.dropFirst(word.utf8.count)
            }
        }
        return tokens
    }

    private static func isPlain(_ word: String) -> Bool {
        word.utf8.allSatisfy { byte in
            switch UnicodeScalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":", "/", "%": true
            default: false
            }
        }
    }
}
