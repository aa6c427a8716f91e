import Base

/// Explains lines that are neither a heading nor a directive with a value.
extension Field {
    /// - Parameters:
    ///   - inOptions: whether the line is in [options].
    ///   - isContinued: whether the line before ends with a backslash.
    func whyNoDirective(inOptions: Bool, isContinued: Bool) -> ValueError {
        if isContinued {
            return ValueError(
                field: self,
                message:
                    "the line before ends with a backslash, but lines do not go on in the next one; write all of it "
                    + "in one line")
        }
        if let mark = ["//", "/*", "--", ";", "!", "'", "*"].first(where: { text.hasPrefix($0) }), bytes.count > 1 {
            return ValueError(field: self, message: "a comment begins with #, not with \(mark); write # before it")
        }
        if let name = bracketed {
            return ValueError(
                field: self, message: "a section's heading stands in square brackets; write [\(name)]")
        }
        let word = part(bytes.prefix { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: ":") })
        let rest = part(bytes[word.bytes.endIndex...].drop { SectionFile.isSpace($0) || $0 == UInt8(ascii: ":") }).text
        if let hint = ForeignDirective.hint(for: word.text) {
            return ValueError(field: self, message: hint.message, origin: hint.origin)
        }
        let value = rest.isEmpty ? "VALUE" : rest
        if let directive = Directive(word) {
            return ValueError(
                field: self,
                message:
                    "the '=' between the directive and its value is missing; write \(directive.spelling) = \(value)")
        }
        if let near = NearMiss.directive(for: word.text, inOptions: inOptions) {
            let line = near == .useSyslog ? near.spelling : "\(near.spelling) = \(value)"
            return ValueError(
                field: self, message: "'\(word.text)' is not a directive; did you mean \(near.spelling)? write \(line)")
        }
        return ValueError(
            field: self, message: "this is no directive; write NAME = VALUE, or # before a comment")
    }

    /// The name in a line that was meant as a heading: one bracket is missing, or the brackets are of another kind.
    var bracketed: String? {
        let opening = Array("[({<".utf8)
        let closing = Array("])}>".utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count > 1 else { return nil }
        let (begins, ends) = (opening.contains(first), closing.contains(last))
        guard begins || first != UInt8(ascii: "#") && last == UInt8(ascii: "]") && !bytes.contains(0x20) else {
            return nil
        }
        let name = part((begins ? bytes.dropFirst() : bytes).dropLast(ends ? 1 : 0)).trimmed
        return name.isEmpty || name.bytes.contains(UInt8(ascii: "=")) ? nil : name.text
    }

    /// The same, also for fullwidth brackets.
    var bracketedInASCII: String? { Field(inASCII.utf8, line: line, file: file).trimmed.bracketed }

    /// The reason why the text before the `=` of a line is no directive.
    func whyUnknown(_ line: Field, inOptions: Bool, isContinued: Bool) -> ValueError {
        if let name = unquoted, let directive = Directive(name.trimmed) {
            return ValueError(field: self, message: "names have no quotes; write \(directive.spelling)")
        }
        let marks = Array(":+-?!=".utf8)
        let plain = part(bytes.prefix(bytes.reversed().drop { marks.contains($0) || SectionFile.isSpace($0) }.count))
        if plain.bytes.count < bytes.count, let directive = Directive(plain) {
            return ValueError(
                field: self,
                message: "'=' alone stands between a directive and its value; write \(directive.spelling) =")
        }
        if !bytes.contains(where: SectionFile.isSpace), let hint = ForeignDirective.hint(for: text) {
            return ValueError(field: self, message: hint.message, origin: hint.origin)
        }
        if let near = NearMiss.directive(for: text, inOptions: inOptions) {
            let place =
                near.belongs(inOptions: inOptions) ? "" : inOptions ? " (in the section of a door)" : " (in [options])"
            return ValueError(
                field: self, message: "'\(text)' is not a directive; did you mean \(near.spelling)\(place)?")
        }
        if isContinued || bytes.contains(where: SectionFile.isSpace) {
            return line.whyNoDirective(inOptions: inOptions, isContinued: isContinued)
        }
        let known = Directive.names(inOptions: inOptions)
        return ValueError(field: self, message: "'\(text)' is no directive here; write one of \(known)")
    }
}
