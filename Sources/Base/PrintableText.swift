/// Text from outside, made safe for a terminal and for a log line: file names, interface names, commands.
///
/// Characters that could move the cursor, begin another line or change the text direction become `?`. Invalid UTF-8 is
/// U+FFFD already, from when the `String` was made.
package enum PrintableText {
    /// Whether a scalar is neither a control character (a tab is one), nor a line separator, nor a format character.
    package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }

    /// The text as one line; tabs stay.
    package static func line(_ text: String) -> String { replacing(text) { $0 == "\t" } }

    /// The text with its tabs and line feeds, for messages of several lines.
    package static func lines(_ text: String) -> String { replacing(text) { $0 == "\t" || $0 == "\n" } }

    private static func replacing(_ text: String, but isKept: (Unicode.Scalar) -> Bool) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) || isKept($0) ? $0 : "?" }))
    }
}
