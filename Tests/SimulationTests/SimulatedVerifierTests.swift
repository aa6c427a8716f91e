import Base
import Hints
import Keys
import Linux
import Packets
import SignedKnocks
import Simulation
import TestSupport
import Testing

/// `knockd --read` on files with signed knocks in them.
struct SimulatedVerifierTests {
    private static let configuration = """
        [options]
        KeyDirectory = @DIR@/keys
        [ssh]
        keys = laptop
        start_command = open %IP% %KEY% %SECONDS%
        stop_command = close %IP%
        cmd_timeout = 10
        [web]
        keys = other
        address = bound
        start_command = open web %IP%
        """

    private let directory: TemporaryDirectory
    private let signer: KnockSigner

    init() throws {
        directory = try TemporaryDirectory()
        let server = try #require(KeyName("gw"))
        var bytes = [UInt8](repeating: 7, count: WorkingKeys.size)
        let secret = SecretBytes(taking: &bytes)
        signer = try KnockSigner(WorkingKeys(secret: secret, server: server))
        let generation = KeyGeneration(
            number: 3, id: try GenerationID(of: secret, server: server), secret: secret, created: 0, state: .active)
        let key = Key(name: try #require(KeyName("laptop")), server: server, generations: [generation])
        try Files.makePrivateDirectory(directory.path("keys"))
        _ = try directory.write(KeyFile.text(of: key), to: "keys/laptop.key")
        try Files.makePrivateFile(directory.path("keys/laptop.key"))
    }

    /// A datagram that was signed so long after the capture began.
    private func knock(
        after span: Milliseconds = 0, door: String = "ssh", nonce: UInt64 = 1, seconds: UInt32 = 0,
        _ operation: SignedKnockBody.Operation = .open
    ) throws -> [UInt8] {
        let body = SignedKnockBody(
            timestamp: UInt64(Capture.start + span), address: nil, seconds: seconds, operation: operation, door: door)
        return try signer.sign(body, nonce: Nonce(high: 0, low: nonce))
    }

    private static func frame(_ payload: [UInt8], port: Int = 62_201, from source: String = "198.18.1.2") -> [UInt8] {
        let udp = Capture.big(41706, 2) + Capture.big(port, 2) + Capture.big(8 + payload.count, 2) + [0, 0] + payload
        let ends = [source, "198.18.1.1"].compactMap { IPAddress($0)?.bytes[12...] }
        let ip = [0x45, 0] + Capture.big(20 + udp.count, 2) + [0, 0, 0, 0, 64, 17, 0, 0] + ends[0] + ends[1] + udp
        return Capture.ethernet(ip)
    }

    private func lines(_ frames: [(at: Milliseconds, bytes: [UInt8])]) throws -> [String] {
        let captured = frames.map { Capture.Captured(moment: Capture.start + $0.at, bytes: $0.bytes) }
        let file = try directory.write(Capture.pcap(captured), to: "capture")
        let text = Self.configuration.replacing("@DIR@", with: directory.path("."))
        let configuration = try directory.write(Array(text.utf8), to: "knockd.conf")
        let told = Told()
        let status = CaptureSimulation.run(
            file: file, configurationFile: configuration, interfaces: [], onlyIPv4: false,
            tell: { told.lines.append($0) }, complain: { Issue.record("\($0)") })
        #expect(status == 0)
        // Without the time.
        return told.lines.map { $0.dropFirst(4).first == "-" ? String($0.dropFirst(24)) : $0 }
    }

    private final class Told {
        var lines: [String] = []
    }

    @Test func aGoodKnockOpensAndIsClosedInTime() throws {
        let lines = try lines([(0, Self.frame(knock(seconds: 5))), (8000, Self.frame([], port: 1))])
        #expect(
            lines.prefix(5) == [
                "198.18.1.2: ssh: signed knock from laptop (generation 3)", "198.18.1.2: ssh: OPEN SESAME",
                "ssh: would run: open 198.18.1.2 laptop 5", "198.18.1.2: ssh: command timeout",
                "ssh: would run: close 198.18.1.2",
            ])
        #expect(lines.contains("ssh: would have opened 1 time"))
        #expect(lines.contains("web: would not have opened"))
    }

    @Test func eachRefusalIsToldWithItsStep() throws {
        var forged = try knock(nonce: 2)
        forged[100] ^= 1
        let good = try knock(nonce: 3)
        let frames: [(at: Milliseconds, bytes: [UInt8])] = [
            (0, Self.frame(Array(good.dropLast()))), (1, Self.frame([UInt8](repeating: 9, count: 120))),
            (2, Self.frame(forged)), (3, Self.frame(try knock(after: -30_500, nonce: 4))),
            (4, Self.frame(try knock(door: "web", nonce: 5))), (5, Self.frame(try knock(door: "none", nonce: 6))),
            (6, Self.frame(good)), (7, Self.frame(good)), (5000, Self.frame(good)),
            (5001, Self.frame(good, from: "198.18.1.3")),
        ]
        let told = try lines(frames).filter { $0.contains("refused") }
        #expect(
            told == [
                "198.18.1.2: datagram to the signed port refused at step 1: wrong length (expected 120 bytes)",
                "198.18.1.2: datagram to the signed port refused at step 2: no key has this hint now",
                "198.18.1.2: datagram to the signed port refused at step 3: its tag is wrong",
                "198.18.1.2: ssh: signed knock from laptop (generation 3) refused at step 5: the clocks differ by -30.503 s",
                "198.18.1.2: web: signed knock from laptop (generation 3) refused at step 6: the door does not list this key",
                "198.18.1.2: none: signed knock from laptop (generation 3) refused at step 6: there is no such door",
                "198.18.1.2: ssh: signed knock from laptop (generation 3) refused at step 8: it was sent before",
                "198.18.1.2: ssh: signed knock from laptop (generation 3) refused at step 8: it was sent before",
                "198.18.1.3: ssh: signed knock from laptop (generation 3) refused at step 8: it was sent before",
            ])
        #expect(try lines(frames).contains("3 datagrams to the signed port ignored: no signed knocks"))
    }

    /// As the daemon's log has it.
    @Test func aWrongClockIsToldWithHowFarItIsOff() throws {
        let told = try lines([
            (0, Self.frame(knock(after: 3_600_000))), (1, Self.frame(knock(after: -7_200_000, nonce: 2))),
            (2, Self.frame(knock(after: -7_200_000, nonce: 3))),
        ])
        #expect(
            told.prefix(3) == [
                "198.18.1.2: signed by laptop (generation 3) for another time: clocks differ by 3600 s, "
                    + "or an old knock was sent again",
                "198.18.1.2: signed by laptop (generation 3) for another time: clocks differ by -7200 s, "
                    + "or an old knock was sent again",
                "198.18.1.2: datagram to the signed port refused at step 2: no key has this hint now",
            ], "of more than two a second nothing more is known, as in the daemon")
    }

    @Test func aCloseEndsWhatTheKeyHolds() throws {
        let told = try lines([
            (0, Self.frame(knock())), (1000, Self.frame(knock(after: 1000, nonce: 2, .close))),
            (2000, Self.frame(knock(after: 2000, nonce: 3, .close))),
        ])
        #expect(
            told.prefix(6).dropFirst(3) == [
                "198.18.1.2: ssh: close from laptop (generation 3)", "ssh: would run: close 198.18.1.2",
                "198.18.1.2: ssh: close from laptop (generation 3), which does not hold it open",
            ])
    }

    @Test func anotherPortIsNone() throws {
        let told = try lines([(0, Self.frame(knock(), port: 62_202))])
        #expect(!told.contains { $0.contains("signed knock from") || $0.contains("refused") })
    }
}
