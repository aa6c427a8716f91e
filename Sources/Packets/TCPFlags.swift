/// The control bits of a TCP segment (RFC 9293, 3.1).
package struct TCPFlags: OptionSet, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let fin = TCPFlags(rawValue: 1)
    package static let syn = TCPFlags(rawValue: 2)
    package static let rst = TCPFlags(rawValue: 4)
    package static let psh = TCPFlags(rawValue: 8)
    package static let ack = TCPFlags(rawValue: 16)
    package static let urg = TCPFlags(rawValue: 32)

    /// The flags' names in knockd.conf, in the order of the bits.
    private static let names: [(word: String, flag: TCPFlags)] = [
        ("fin", .fin), ("syn", .syn), ("rst", .rst), ("psh", .psh), ("ack", .ack), ("urg", .urg),
    ]

    /// The flag that a word of knockd.conf names, in either case.
    package init?(word: some StringProtocol) {
        let word = word.lowercased()
        guard let flag = Self.names.first(where: { $0.word == word })?.flag else { return nil }
        self = flag
    }

    /// The flags as knockd.conf writes them: `syn,ack`; `none` if no flag is set.
    package var description: String {
        let set = Self.names.filter { contains($0.flag) }.map(\.word)
        return set.isEmpty ? "none" : set.joined(separator: ",")
    }
}
