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
        // Bytes, not characters: a combining mark behind the token would hide it.
        var command: [UInt8] = []
        var rest = Substring(text).utf8
        while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
            command += rest[..<percent]
            rest = rest[percent...]
            if rest.starts(with: Self.token) {
                command += address.description.utf8
                rest = rest.dropFirst(Self.token.count)
            } else {
                command.append(rest.removeFirst())
            }
        }
        command += rest
        return command.count <= Self.longestCommand ? String(decoding: command, as: UTF8.self) : nil
    }

    private static let token = Array("%IP%".utf8)
}
