/// The words and signs of a Swift source. Comments are left out, and a text literal is one sign, whatever stands in it;
/// a doc comment is kept with the word that follows it.
struct SwiftTokens {
    struct Token {
        var text: String
        var beginsLine: Bool
        /// The lines of the doc comment before it, as one.
        var doc: String
    }

    private(set) var all: [Token] = []

    private let bytes: [UInt8]
    private var place = 0
    private var beginsLine = true
    private var doc: [String] = []

    init(_ source: String) {
        bytes = Array(source.utf8)
        while let byte = at(0) { read(byte) }
    }

    private func at(_ distance: Int) -> UInt8? {
        place + distance < bytes.count ? bytes[place + distance] : nil
    }

    private func begins(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private mutating func read(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"):
            beginsLine = true
            place += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            place += 1
        case UInt8(ascii: "/") where begins("//"): readLineComment()
        case UInt8(ascii: "/") where begins("/*"): skipComment()
        case _ where isLiteral():
            skipLiteral()
            add("\"")
        case _ where Self.isInWord(byte):
            let end = bytes[place...].firstIndex { !Self.isInWord($0) } ?? bytes.count
            add(String(decoding: bytes[place..<end], as: UTF8.self))
            place = end
        default:
            let sign = ["->", "==", ">=", "<=", "!="].first { begins($0) }
            add(sign ?? String(decoding: [byte], as: UTF8.self))
            place += sign == nil ? 1 : 2
        }
    }

    private mutating func add(_ text: String) {
        all.append(Token(text: text, beginsLine: beginsLine, doc: doc.joined(separator: " ")))
        doc = []
        beginsLine = false
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...: true
        default: false
        }
    }

    private mutating func readLineComment() {
        let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        if begins("///") {
            let text = bytes[(place + 3)..<end].drop { $0 == UInt8(ascii: " ") }
            doc.append(String(decoding: text, as: UTF8.self))
        }
        place = end
    }

    /// Block comments may stand in each other.
    private mutating func skipComment() {
        var depth = 0
        repeat {
            let isEnd = begins("*/")
            depth += begins("/*") ? 1 : isEnd ? -1 : 0
            place += begins("/*") || isEnd ? 2 : 1
        } while depth > 0 && place < bytes.count
    }

    // MARK: Text literals

    private var hashes: Int { bytes[place...].prefix { $0 == UInt8(ascii: "#") }.count }

    private func isLiteral() -> Bool { at(hashes) == UInt8(ascii: "\"") }

    private mutating func skipLiteral() {
        let fence = String(repeating: "#", count: hashes)
        place += fence.utf8.count
        let quotes = begins("\"\"\"") ? "\"\"\"" : "\""
        place += quotes.utf8.count
        while place < bytes.count, !begins(quotes + fence) {
            let isEscape = begins("\\" + fence)
            place += isEscape ? 1 + fence.utf8.count : 1
            guard isEscape else { continue }
            if begins("(") { skipParentheses() } else { place += 1 }
        }
        place += quotes.utf8.count + fence.utf8.count
    }

    /// What a literal interpolates may hold further literals.
    private mutating func skipParentheses() {
        var depth = 0
        repeat {
            if begins("\"") {
                skipLiteral()
                continue
            }
            depth += begins("(") ? 1 : begins(")") ? -1 : 0
            place += 1
        } while depth > 0 && place < bytes.count
    }
}
