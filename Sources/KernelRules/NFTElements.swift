/// `add element [FAMILY] TABLE SET { KEY [OPTIONS], … }`, or `create element`, as nft reads it.
struct NFTElements {
    /// The words between `element` and the braces.
    private let set: [String]
    /// The key of each element.
    private let keys: [String]

    /// - Parameter command: nft's arguments; it joins them with blanks before it reads them. Nil for any other command, and
    ///   where a doubt is left.
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

    /// nft's arguments to find out whether all of the elements are there. It shows what is left of their time, which is no
    /// part of the question.
    var get: String { "get element \(set.joined(separator: " ")) { \(keys.joined(separator: ", ")) }" }

    /// An element's key, without options such as `timeout 60s` and a map's data: `get` is asked for the key alone.
    private static func key(of element: ArraySlice<String>) -> String? {
        let key = element.prefix { !options.contains($0) && $0 != ":" }
        var rest = element.dropFirst(key.count)
        while let option = rest.popFirst() {
            // What a map leads to may be several words, such as `jump CHAIN`.
            if option == ":" {
                let data = rest.prefix { !options.contains($0) }
                guard !data.isEmpty, data.allSatisfy(isPlain) else { return nil }
                rest = rest.dropFirst(data.count)
            } else {
                guard options.contains(option), rest.popFirst() != nil else { return nil }
            }
        }
        // Parts of a concatenation have dots between them.
        let isKey = key.enumerated().allSatisfy { $0.isMultiple(of: 2) ? isPlain($1) && $1 != "." : $1 == "." }
        return isKey && !key.count.isMultiple(of: 2) ? key.joined(separator: " ") : nil
    }

    private static let families: Set<String> = ["ip", "ip6", "inet", "arp", "bridge", "netdev"]
    private static let options: Set<String> = ["timeout", "expires", "comment"]
    /// Options of the program that change what it prints.
    private static let harmless: Set<String> = [
        "-a", "--handle", "-e", "--echo", "-n", "--numeric", "-s", "--stateless",
    ]

    /// Words, quotations as one word each, braces and commas; nil for any other byte.
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
