import Base

/// A character that word processors, web pages or foreign keyboards insert instead of an ASCII one.
struct OddCharacter: Equatable {
    /// The character alone.
    let field: Field
    let scalar: Unicode.Scalar
    private let kind: Kind

    private enum Kind: Equatable {
        case blank(String)
        case invisible(String)
        case quote(String)
        case mark(String, ascii: Character)
        case fullWidth(ascii: Character)
        case other
    }

    fileprivate init(_ scalar: Unicode.Scalar, at field: Field) {
        (self.scalar, self.field, kind) = (scalar, field, Self.kind(of: scalar))
    }

    /// The fault, and the text to write instead.
    var message: String {
        switch kind {
        case .blank(let name): "there is a \(name) (\(code)) here; write an ordinary blank"
        case .invisible(let name): "there is a \(name) (\(code)) here; take it out"
        case .quote(let ascii):
            "\(scalar) is a typographic quote (\(code)); write \(ascii) in a command, and no quotes elsewhere"
        case .mark(let name, let ascii): "\(scalar) is \(name) (\(code)); write \(ascii)"
        case .fullWidth(let ascii): "\(scalar) is a fullwidth character (\(code)); write \(ascii)"
        case .other: "\(scalar) (\(code)) is no ASCII character; write A-Z a-z 0-9 and ASCII punctuation"
        }
    }

    /// Its replacement in ASCII; empty for an invisible character.
    fileprivate var ascii: String {
        switch kind {
        case .blank: " "
        case .invisible: ""
        case .quote(let ascii): ascii
        case .mark(_, let ascii), .fullWidth(let ascii): String(ascii)
        case .other: String(scalar)
        }
    }

    private var code: String { "U+" + Hexadecimal.text(UInt64(scalar.value), digits: 4).uppercased() }

    var isQuote: Bool { if case .quote = kind { true } else { false } }
    var isDash: Bool { if case .mark(_, ascii: "-") = kind { true } else { false } }
    /// Whether it replaces no ASCII character, such as a letter of some language.
    var isOther: Bool { kind == .other }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x0D: .invisible("carriage return")
        case 0x00..<0x20, 0x7F, 0x80..<0x85, 0x86..<0xA0: .invisible("control character")
        case 0xA0, 0x202F: .blank("no-break space")
        case 0x1680, 0x2000...0x200A, 0x205F, 0x3000: .blank("typographic space")
        case 0x85, 0x2028, 0x2029: .invisible("Unicode line end")
        case 0xAD: .invisible("soft hyphen")
        case 0x200B...0x200D, 0x2060: .invisible("zero-width character")
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: .invisible("mark of the writing direction")
        case 0xFEFF: .invisible("byte order mark")
        case 0x201C...0x201F, 0xAB, 0xBB, 0x300C...0x300F, 0xFF02: .quote("\"")
        case 0x2018...0x201B, 0x2039, 0x203A, 0xB4, 0xFF07: .quote("'")
        case 0x2010...0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D: .mark("a typographic dash", ascii: "-")
        case 0x2044, 0x2215: .mark("a typographic slash", ascii: "/")
        case 0x060C, 0x3001, 0xFE50, 0xFF64: .mark("the comma of another script", ascii: ",")
        case 0x061B, 0xFE54: .mark("the semicolon of another script", ascii: ";")
        case 0xFF01...0xFF5E:
            .fullWidth(ascii: Character(Unicode.Scalar(UInt8(scalar.value - 0xFEE0))))
        default: .other
        }
    }
}

extension Field {
    /// The characters that are not ASCII, and the control characters except tabs, from left to right.
    var oddCharacters: [OddCharacter] {
        guard bytes.contains(where: { $0 >= 0x7F || $0 < 0x20 && $0 != 0x09 }) else { return [] }
        return oddPlaces.map(\.odd)
    }

    /// The text with odd characters replaced by ASCII where possible. Use it only to compare.
    var inASCII: String {
        var text = ""
        var rest = bytes.startIndex
        for (odd, range) in oddPlaces {
            text += part(bytes[rest..<range.lowerBound]).text + odd.ascii
            rest = range.upperBound
        }
        return text + part(bytes[rest...]).text
    }

    /// Returns this text; throws if it contains an odd character.
    func checkedASCII() throws(ValueError) -> Field {
        guard let odd = oddCharacters.first else { return self }
        throw ValueError(field: odd.field, message: odd.message)
    }

    private var oddPlaces: [(odd: OddCharacter, range: Range<Int>)] {
        var places: [(OddCharacter, Range<Int>)] = []
        var place = bytes.startIndex
        for scalar in text.unicodeScalars {
            let end = min(place + UTF8.width(scalar), bytes.endIndex)
            defer { place = end }
            let isPlain = scalar.value == 0x09 || (0x20..<0x7F).contains(scalar.value)
            if !isPlain { places.append((OddCharacter(scalar, at: part(bytes[place..<end])), place..<end)) }
        }
        return places
    }
}
