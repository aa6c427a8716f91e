/// Datagrams of random bytes, or of random letters of base64, without a UDP checksum: IPv4 needs none. They may all begin
/// with the same bytes.
///
/// They are spaced evenly, which takes a processor: what comes in bursts is cheaper for whoever receives it.
struct Junk {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private let count: Int
    private let rate: Double
    private let isText: Bool
    /// What is random.
    private let payload: Range<Int>
    private var frame: [UInt8]
    private var random = UInt64.random(in: 1 ... .max)

    init(_ words: [String], to hardware: HardwareAddress) throws(InjectError) {
        guard words.count >= 6, let count = Int(words[0]), let rate = Double(words[1]), rate > 0,
            let length = Int(words[5]), length > 0
        else { throw InjectError("junk: give COUNT RATE SOURCE DESTINATION PORT LENGTH [text | head=HEX]") }
        let line = try FrameDescription("0 \(words[2]) \(words[3]) \(words[4]) udp - payload=\(length)")
        guard !line.source.isIPv6 else { throw InjectError("junk: IPv4 only") }
        self.count = count
        self.rate = rate
        isText = words.dropFirst(6).first == "text"
        frame = FrameEncoder(hardware: hardware).encode(line)
        let start = frame.count - length
        (frame[start - 2], frame[start - 1]) = (0, 0)
        let head = words.dropFirst(6).first { $0.hasPrefix("head=") }.map { $0.dropFirst(5) } ?? ""
        guard let bytes = FrameDescription.bytes(String(head)), bytes.count < length else {
            throw InjectError("junk: \(head) is no head of \(length) bytes")
        }
        frame.replaceSubrange(start..<start + bytes.count, with: bytes)
        payload = start + bytes.count..<frame.count
    }

    func run(through socket: PacketSocket) throws(InjectError) {
        var junk = self
        let start = ContinuousClock.now
        for number in 0..<count {
            junk.fill()
            let due = Double(number) / rate
            while (ContinuousClock.now - start) / .seconds(1) < due {}
            try socket.send(junk.frame)
        }
    }

    private mutating func fill() {
        var bits: UInt64 = 0
        for place in payload {
            if (place - payload.lowerBound) % 8 == 0 { bits = next() }
            let byte = UInt8(truncatingIfNeeded: bits)
            frame[place] = isText ? Self.alphabet[Int(byte & 63)] : byte
            bits >>= 8
        }
    }

    /// Marsaglia's xorshift, 64 bits: nobody has to be kept from guessing.
    private mutating func next() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }
}
