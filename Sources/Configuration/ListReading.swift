/// Reads lists, and explains those that use other separators than commas.
extension Field {
    /// The parts between commas, trimmed. Throws if a part is empty, or if other separators divide what could be a
    /// list.
    ///
    /// - Parameters:
    ///   - what: the name of the parts, in the plural.
    ///   - isPart: whether a text is a valid part.
    func list(of what: String, _ isPart: (Field) -> Bool) throws(ValueError) -> [Field] {
        let items = split(",").map(\.trimmed)
        if items.count > 1, let last = items.last, last.isEmpty {
            throw ValueError(field: last, message: "nothing stands behind the last comma; take the comma off")
        }
        if let empty = items.first(where: \.isEmpty), items.count > 1 {
            throw ValueError(
                field: empty, message: "nothing stands before this comma; write one comma between two \(what)")
        }
        if let parts = strangelySeparated, parts.count > 1, !items.allSatisfy(isPart), parts.allSatisfy(isPart) {
            let text = parts.map(\.text).joined(separator: ",")
            throw ValueError(field: self, message: "commas stand between \(what); write \(text)")
        }
        return items
    }

    /// The pieces between commas, blanks and other usual separators.
    private var strangelySeparated: [Field]? {
        let separators = Array(" \t,;|+>&".utf8)
        guard bytes.contains(where: { separators.contains($0) }) else { return nil }
        return bytes.split(whereSeparator: { separators.contains($0) || $0 == UInt8(ascii: "-") && isArrow })
            .map { part($0).trimmed }
    }

    /// Whether `-` is part of an arrow.
    private var isArrow: Bool { bytes.contains(UInt8(ascii: ">")) }
}

/// Recognizes knocks in another notation.
extension Field {
    /// Whether this is `PORT` or `PORT:PROTOCOL`.
    var couldBeKnock: Bool {
        let parts = split(":").map(\.trimmed)
        guard let number = parts[0].number, (1...65535).contains(number) else { return false }
        return parts.count == 1 || parts[1].isTransport
    }

    private var isTransport: Bool { ["tcp", "udp"].contains(text.lowercased()) }

    /// A message about the knock that this piece was meant to be; nil if that is unknown.
    var strangeKnock: String? {
        let separators = Array(":/ \t-;.".utf8)
        let parts = bytes.split { separators.contains($0) }.map { part($0) }
        if parts.count == 2 {
            let (one, other) = (parts[0], parts[1])
            if one.isPort, other.isTransport {
                return "the protocol stands behind a colon; write \(one.text):\(other.text)"
            }
            if one.isTransport, other.isPort {
                return "the port stands before its protocol; write \(other.text):\(one.text)"
            }
            if one.isPort, other.isPort, bytes.contains(UInt8(ascii: "-")) {
                return "'\(text)' is no port, and there are no ranges; write each port, with commas between them"
            }
        }
        if parts.count > 1, parts.allSatisfy(\.isPort) {
            return "commas stand between knocks; write \(parts.map(\.text).joined(separator: ","))"
        }
        return nil
    }

    private var isPort: Bool { number.map { (1...65535).contains($0) } ?? false }
}
