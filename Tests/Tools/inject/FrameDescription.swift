/// One frame as a line of text: `MILLISECONDS SOURCE DESTINATION PORT PROTOCOL FLAGS [KEY=VALUE …]`.
///
/// PROTOCOL is tcp or udp; FLAGS a comma list of fin syn rst psh ack urg, or `-`. Keys: `sport` the source port,
/// `vlan` an 802.1Q tag (priority, drop eligible and identifier in one number), `outer` another one around it
/// (`88a8:5` is its EtherType, in hexadecimal, and the tag), `fragoff` IPv4's flags-and-offset field as it stands, `trunc` the bytes kept of the
/// segment, `ipopts` bytes of IPv4 options, `ext` an IPv6 extension header (hbh, dst, or frag with `fragoff`), `payload`
/// how many bytes a datagram holds, all zero, `data` these bytes themselves, in hexadecimal, `udplen` the length that a
/// datagram's header tells.
struct FrameDescription {
    let time: Duration
    let source: NetworkAddress
    let destination: NetworkAddress
    let port: UInt16
    let isUDP: Bool
    let flags: UInt8
    private let extras: [String: String]

    var sourcePort: UInt16 { UInt16(number("sport") ?? 40_000) }
    var vlan: Int? { number("vlan") }
    var outerTag: (etherType: Int, tag: Int)? {
        let parts = (extras["outer"] ?? "").split(separator: ":")
        guard parts.count == 2, let etherType = Int(parts[0], radix: 16), let tag = Int(parts[1]) else { return nil }
        return (etherType, tag)
    }
    var fragmentField: Int { number("fragoff") ?? 0 }
    var keptBytes: Int? { number("trunc") }
    var payloadBytes: Int? { number("payload") }
    var optionBytes: Int { number("ipopts") ?? 0 }
    var data: [UInt8]? { extras["data"].flatMap(Self.bytes) }
    var toldLength: Int? { number("udplen") }
    var fragmentExtension: Bool { extras["ext"] == "frag" }
    var optionsExtension: UInt8? { ["hbh": 0, "dst": 60][extras["ext"] ?? ""] }

    init(_ line: String) throws(InjectError) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 6, let time = Int(words[0]), let port = UInt16(words[3]) else {
            throw InjectError("not a frame: \(line)")
        }
        self.time = .milliseconds(time)
        source = try NetworkAddress(words[1])
        destination = try NetworkAddress(words[2])
        self.port = port
        isUDP = words[4] == "udp"
        flags = try Self.flags(words[5])
        var extras: [String: String] = [:]
        for word in words.dropFirst(6) {
            let parts = word.split(separator: "=").map(String.init)
            guard parts.count == 2 else { throw InjectError("not key=value: \(word)") }
            extras[parts[0]] = parts[1]
        }
        guard extras["data"].map({ Self.bytes($0) != nil }) ?? true else {
            throw InjectError("data that are not hexadecimal: \(line)")
        }
        self.extras = extras
    }

    private func number(_ key: String) -> Int? { extras[key].flatMap { Int($0) } }

    /// Nil unless the text is pairs of hexadecimal digits.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func flags(_ text: String) throws(InjectError) -> UInt8 {
        let bits: [String: UInt8] = ["-": 0, "fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32]
        var value: UInt8 = 0
        for name in text.split(separator: ",") {
            guard let bit = bits[String(name)] else { throw InjectError("unknown flag \(name)") }
            value |= bit
        }
        return value
    }
}
