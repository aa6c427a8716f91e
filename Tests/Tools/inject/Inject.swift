// Puts raw frames on an interface, for tests:
//
//   inject INTERFACE DESTINATION-MAC frames < LINES       one frame a line, see FrameDescription
//   inject DEVICE - tun < LINES                           the same, IP packets that come in by a tun device of this host
//   inject INTERFACE DESTINATION-MAC flood COUNT RATE FIRST-SOURCE DESTINATION PORT [PROTOCOL [FLAGS [SOURCES]]]
//   inject INTERFACE DESTINATION-MAC junk COUNT RATE SOURCE DESTINATION PORT LENGTH [text | head=HEX]
//
// Exits 0 when everything was sent, else 1 with a line that says why.
import Glibc

@main
struct Inject {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print("inject: \(error.text)")
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws(InjectError) {
        guard arguments.count >= 3 else {
            throw InjectError("give an interface, the destination's hardware address, and frames, flood or junk")
        }
        if arguments[2] == "tun" {
            let device = try TunDevice(arguments[0])
            return try sendFrames { (frame: FrameDescription) throws(InjectError) in
                try device.send(FrameEncoder(hardware: .none).packet(frame))
            }
        }
        let hardware = try HardwareAddress(arguments[1])
        let socket = try PacketSocket(interface: arguments[0])
        switch arguments[2] {
        case "frames":
            try sendFrames { (frame: FrameDescription) throws(InjectError) in
                try socket.send(FrameEncoder(hardware: hardware).encode(frame))
            }
        case "flood": try Flood(Array(arguments.dropFirst(3)), to: hardware).run(through: socket)
        case "junk": try Junk(Array(arguments.dropFirst(3)), to: hardware).run(through: socket)
        default: throw InjectError("unknown mode \(arguments[2])")
        }
    }

    private static func sendFrames(_ send: (FrameDescription) throws(InjectError) -> Void) throws(InjectError) {
        var lines: [FrameDescription] = []
        while let line = readLine(), !line.isEmpty {
            lines.append(try FrameDescription(line))
        }
        let start = ContinuousClock.now
        for line in lines {
            let left = line.time - (ContinuousClock.now - start)
            if left > .zero { pause(left) }
            try send(line)
        }
    }
}

/// Blocks this thread; longer than a second in steps, because usleep takes no more.
func pause(_ duration: Duration) {
    var microseconds = duration / .microseconds(1)
    while microseconds >= 1 {
        let step = min(microseconds, 500_000)
        usleep(UInt32(step))
        microseconds -= step
    }
}

struct InjectError: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
