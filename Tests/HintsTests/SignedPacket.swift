/// IP packets that look like signed knocks, from their IP header on.
enum SignedPacket {
    static let port: UInt16 = 62_201

    static func udp(
        length: Int = 128, from source: UInt16 = 40_000, to destination: UInt16 = port, hint: UInt64 = 7
    ) -> [UInt8] {
        [source, destination, UInt16(length), 0].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            + (0..<8).map { UInt8(truncatingIfNeeded: hint >> (56 - 8 * $0)) } + [UInt8](repeating: 7, count: 112)
    }

    static func ipv4(
        _ payload: [UInt8] = udp(), transport: UInt8 = 17, fragment: UInt16 = 0, options: [UInt8] = []
    ) -> [UInt8] {
        let (words, total) = (UInt8(5 + options.count / 4), 20 + options.count + payload.count)
        let fixed: [UInt8] = [0x40 | words, 0, UInt8(total >> 8), UInt8(total & 0xFF), 0, 0]
        let flags = [UInt8(fragment >> 8), UInt8(fragment & 0xFF), 64, transport, 0, 0]
        return fixed + flags + [198, 18, 1, 2, 198, 18, 1, 1] + options + payload
    }

    static func ipv6(_ payload: [UInt8] = udp(), next: UInt8 = 17) -> [UInt8] {
        [0x60, 0, 0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), next, 64]
            + [UInt8](repeating: 0x20, count: 32) + payload
    }
}
