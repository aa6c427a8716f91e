/// A value without quotes and comments that do not belong to it, and the warnings about them.
struct ValueText {
    let value: Field
    private(set) var warnings: [Diagnostic] = []

    init(_ written: Field, of directive: Directive) {
        let kind = directive.valueKind
        let (value, comment) = written.withoutComment(kind)
        if let comment { warnings.append(comment.takenOff()) }
        switch kind {
        case .plain:
            self.value = value
        case .interfaces:
            self.value = value.unquoted?.trimmed ?? value
            warnings += Self.interfaces(value)
        case .path:
            self.value = value
            warnings += Self.path(value, directive)
        case .command:
            self.value = value
        }
    }

    /// A more helpful error for an unreadable value: characters that no plain value can contain. Nil if there are none.
    static func reason(_ value: Field, of directive: Directive) -> ValueError? {
        guard directive.valueKind == .plain else { return nil }
        if let inner = value.unquoted {
            return ValueError(
                field: value,
                message: "the quotes are part of the value, which has none; write \(directive.spelling) = "
                    + inner.trimmed.text)
        }
        if let odd = value.oddCharacters.first { return ValueError(field: odd.field, message: odd.message) }
        if value.bytes.first == UInt8(ascii: "="), value.bytes.count > 1 {
            let rest = value.part(value.bytes.drop { $0 == UInt8(ascii: "=") }).trimmed.text
            return ValueError(field: value, message: "one '=' is enough; write \(directive.spelling) = \(rest)")
        }
        if value.bytes.last == UInt8(ascii: ";"), !value.bytes.dropLast().contains(UInt8(ascii: ";")) {
            let rest = value.part(value.bytes.dropLast()).trimmed.text
            return ValueError(
                field: value, message: "a line does not end with ';'; write \(directive.spelling) = \(rest)")
        }
        return nil
    }

    private static func interfaces(_ value: Field) -> [Diagnostic] {
        let quotes = Array("\"'".utf8)
        if value.bytes.contains(where: { quotes.contains($0) }) {
            let rest = String(decoding: value.bytes.filter { !quotes.contains($0) }, as: UTF8.self)
            return [
                value.diagnostic(.warning, "the quotes are taken off the value; write Interface = \(rest)")
            ]
        }
        if value.bytes.contains(UInt8(ascii: ";")) {
            let rest = value.split(";").map(\.trimmed).filter { !$0.isEmpty }.map(\.text).joined(separator: ",")
            return [
                value.diagnostic(
                    .warning, "this is one interface's name; if it is several, write Interface = \(rest)")
            ]
        }
        return value.oddCharacters.prefix(1).map { $0.field.diagnostic(.warning, $0.message) }
    }

    private static func path(_ value: Field, _ directive: Directive) -> [Diagnostic] {
        if let inner = value.unquoted {
            return [
                value.diagnostic(
                    .warning,
                    "the quotes are part of the file's name; write \(directive.spelling) = \(inner.trimmed.text)")
            ]
        }
        if let comment = value.doubtfulComment {
            return [
                comment.diagnostic(
                    .warning,
                    "'\(comment.text)' is part of the file's name; if it is a comment, write it on a line of its own")
            ]
        }
        return value.oddCharacters.first { !$0.isOther }.map { [$0.field.diagnostic(.warning, $0.message)] } ?? []
    }
}
