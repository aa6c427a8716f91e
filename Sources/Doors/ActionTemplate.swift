package import Packets

/// A command line of knockd.conf, with `%IP%` where the address comes.
package struct ActionTemplate: Equatable, Sendable {
    /// knockd's own limit: a command of 4,096 bytes or more is not run.
    package static let longestCommand = 4095

    /// The text as configured; never empty.
    package let text: String

    /// A template; nil for an empty text, which means that nothing is run.
    package init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    /// The command for one address: every `%IP%` replaced, from left to right. Nil if it becomes too long to be run.
    ///
    /// An address in its canonical text consists of digits, letters a–f, dots and colons, so that nothing is injected.
    package func command(for address: IPAddress) -> String? {
        var command = ""
        var rest = Substring(text)
        while let place = rest.range(ofToken: "%IP%") {
            command += rest[..<place.lowerBound]
            command += address.description
            rest = rest[place.upperBound...]
        }
        command += rest
        return command.utf8.count <= Self.longestCommand ? command : nil
    }
}

extension Substring {
    /// Where an ASCII token first occurs.
    fileprivate func range(ofToken token: String) -> Range<Index>? {
        var start = startIndex
        while let percent = utf8[start...].firstIndex(of: UInt8(ascii: "%")) {
            if self[percent...].hasPrefix(token) {
                return percent..<index(percent, offsetBy: token.count)
            }
            start = utf8.index(after: percent)
        }
        return nil
    }
}
