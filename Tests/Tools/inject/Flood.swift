/// Many frames alike but for their IPv4 source, which counts up from the first, at a steady rate. After a given number
/// of sources the first comes again.
///
/// Only source and checksums change from frame to frame, in place, so that a debug build is fast enough too.
struct Flood {
    private let count: Int
    private let rate: Int
    private let firstSource: UInt32
    private let sources: Int
    private var frame: [UInt8]
    private let checksumPlace: Int
    private var headerSum = 0
    private var segmentSum = 0

    init(_ words: [String], to hardware: HardwareAddress) throws(InjectError) {
        guard words.count >= 5, let count = Int(words[0]), let rate = Int(words[1]), rate > 0 else {
            throw InjectError("flood: give COUNT RATE FIRST-SOURCE DESTINATION PORT [PROTOCOL [FLAGS [SOURCES]]]")
        }
        guard let sources = words.count > 7 ? Int(words[7]) : count, sources > 0 || count == 0 else {
            throw InjectError("flood: \(words[7]) sources make no flood")
        }
        let kind = words.count > 5 ? words[5] : "tcp"
        let flags = words.count > 6 ? words[6] : (kind == "tcp" ? "syn" : "-")
        let line = try FrameDescription("0 \(words[2]) \(words[3]) \(words[4]) \(kind) \(flags)")
        guard !line.source.isIPv6 else { throw InjectError("flood: IPv4 only") }
        self.count = count
        self.rate = rate
        self.sources = sources
        firstSource = line.source.bytes.reduce(0) { $0 << 8 | UInt32($1) }
        frame = FrameEncoder(hardware: hardware).encode(line)
        checksumPlace = 34 + (line.isUDP ? 6 : 16)
        for place in [26, 28, 24, checksumPlace] { put(0, at: place) }
        headerSum = Checksum(Array(frame[14..<34])).sum
        let pseudo = Array(frame[30..<34]) + [0, line.isUDP ? 17 : 6] + big(frame.count - 34)
        segmentSum = Checksum(pseudo + frame[34...]).sum
    }

    func run(through socket: PacketSocket) throws(InjectError) {
        var flood = self
        let start = ContinuousClock.now
        var sent = 0
        while sent < count {
            let due = min(count, Int((ContinuousClock.now - start) / .microseconds(1) * Double(rate) / 1e6))
            if sent >= due { pause(.milliseconds(1)) }
            while sent < due {
                flood.setSource(firstSource &+ UInt32(truncatingIfNeeded: sent % sources))
                try socket.send(flood.frame)
                sent += 1
            }
        }
    }

    private mutating func setSource(_ source: UInt32) {
        let high = Int(source >> 16), low = Int(source & 0xffff)
        put(high, at: 26)
        put(low, at: 28)
        put(Checksum(sum: headerSum + high + low).value, at: 24)
        put(Checksum(sum: segmentSum + high + low).value, at: checksumPlace)
    }

    private mutating func put(_ value: Int, at place: Int) {
        frame[place] = UInt8(truncatingIfNeeded: value >> 8)
        frame[place + 1] = UInt8(truncatingIfNeeded: value)
    }
}
