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

    /// As knockd.conf has them: `syn,ack`; `none` if none is set.
    package var description: String {
        let names = [(Self.fin, "fin"), (.syn, "syn"), (.rst, "rst"), (.psh, "psh"), (.ack, "ack"), (.urg, "urg")]
        let set = names.filter { contains($0.0) }.map(\.1)
        return set.isEmpty ? "none" : set.joined(separator: ",")
    }
}
