/// Text from elsewhere, made fit for a terminal and for a line of a log: file names, names of interfaces, commands.
///
/// What could move the cursor, begin another line or turn the direction of what follows becomes a `?`. So does what was no
/// UTF-8, as U+FFFD, when it was made a `String`.
package enum PrintableText {
    /// Whether a scalar is no control character, ends no line, and turns no direction. A tab is a control character.
    package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }

    /// One line, whatever the text holds; tabs stay.
    package static func line(_ text: String) -> String { replacing(text) { $0 == "\t" } }

    /// The same with the line feeds that a message of several lines has.
    package static func lines(_ text: String) -> String { replacing(text) { $0 == "\t" || $0 == "\n" } }

    private static func replacing(_ text: String, but isKept: (Unicode.Scalar) -> Bool) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) || isKept($0) ? $0 : "?" }))
    }
}
