import Foundation
import Hints
import Keys
import Packets
import TestSupport
import Testing

@testable import SignedKnocks

/// Tests/Interop/signed_knock.py, run as a program.
private enum SecondImplementation {
    static let isPossible = succeeds("python3", ["-c", "import hmac"]) && succeeds("openssl", ["version"])
    static let script = VectorTests.directory.deletingLastPathComponent()
        .appendingPathComponent("Interop/signed_knock.py").path

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        (try? run(program, arguments, input: ""))?.status == 0
    }

    /// Runs a program that is looked for in PATH; what it writes is short.
    static func run(
        _ program: String, _ arguments: [String], input: String
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        let (reading, writing) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = reading
        process.standardOutput = writing
        try process.run()
        try reading.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try reading.fileHandleForWriting.close()
        let output = try writing.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// The second implementation, Tests/Interop/signed_knock.py, and this one understand each other.
@Suite(.enabled(if: SecondImplementation.isPossible, "python3 and openssl are not both here"))
struct InteropTests {
    private let directory: TemporaryDirectory
    private let keyFile: String
    private let key: Key

    init() throws {
        directory = try TemporaryDirectory()
        var random = SystemRandomNumberGenerator()
        let generations = try (1...2).map { number in
            var bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            let secret = SecretBytes(taking: &bytes)
            let keys = try WorkingKeys(secret: secret, server: #require(KeyName("gw.example.net")))
            return KeyGeneration(
                number: number, id: keys.id, secret: secret, created: 1_700_000_000,
                state: number == 1 ? .retiring(.at(4_000_000_000)) : .active)
        }
        key = Key(
            name: try #require(KeyName("laptop")), server: try #require(KeyName("gw.example.net")),
            generations: generations)
        keyFile = try directory.write(KeyFile.text(of: key), to: "laptop.key")
    }

    private func python(_ arguments: [String], input: String = "") throws -> [String] {
        let (status, output) = try SecondImplementation.run(
            "python3", [SecondImplementation.script] + arguments, input: input)
        #expect(status == 0, "\(arguments)")
        return output.split(separator: "\n").map(String.init)
    }

    private func body(_ random: inout SeededGenerator) -> SignedKnockBody {
        let characters = Array("ABCXYZabcxyz0189._-")
        let door = String(
            (0..<Int.random(in: 1...32, using: &random)).compactMap { place in
                // The last three begin no name.
                characters.dropLast(place == 0 ? 3 : 0).randomElement(using: &random)
            })
        let addresses = [nil, IPAddress("198.18.7.9"), IPAddress("2001:db8::7"), IPAddress("fd00::1")]
        let isClose = random.oneIn(4)
        return SignedKnockBody(
            timestamp: UInt64.random(in: 0...4_000_000_000_000, using: &random),
            address: addresses[Int.random(in: 0...3, using: &random)],
            seconds: isClose ? 0 : UInt32.random(in: 0 ... .max, using: &random),
            operation: isClose ? .close : .open, door: door)
    }

    private func text(of body: SignedKnockBody) -> String {
        "\(body.operation) \(body.door) \(body.address.map { "\($0)" } ?? "-") \(body.seconds) \(body.timestamp)"
    }

    @Test func itVerifiesWhatThisOneSigns() throws {
        var random = SeededGenerator.announced()
        // One moment for all, as they go over in one run.
        let now: UInt64 = 1_800_000_000_000
        var (lines, expected): ([String], [String]) = ([], [])
        for number in 0..<60 {
            var body = body(&random)
            body.timestamp = now - 30_000 + UInt64.random(in: 0...60_000, using: &random)
            let keys = try WorkingKeys(secret: key.generations[number % 2].secret, server: key.server)
            let nonce = Nonce(
                high: number % 3 == 0 ? .max : random.next(), low: number % 3 == 0 ? .max - 1 : random.next())
            var datagram = try KnockSigner(keys).sign(body, nonce: nonce)
            if number % 10 == 9 {
                datagram[100] ^= 4
                expected.append("refused 3")
            } else {
                expected.append(text(of: body))
            }
            lines.append(Vector.hexadecimal(datagram))
        }
        let said = try python(["verify", keyFile, "now=\(now)"], input: lines.joined(separator: "\n") + "\n")
        #expect(said == expected)
    }

    @Test func thisOneVerifiesWhatItSigns() throws {
        var random = SeededGenerator.announced()
        let keys = try WorkingKeys(secret: key.generations[1].secret, server: key.server)
        let verifier = try KnockVerifier(generations: [(keys, true)], window: TimeWindow(span: 30_000))
        for number in 0..<12 {
            let body = body(&random)
            let nonce = number == 0 ? Nonce(high: .max, low: .max - 1) : Nonce(high: random.next(), low: random.next())
            var arguments = [
                "sign", keyFile, body.door, "seconds=\(body.seconds)", "operation=\(body.operation)",
                "time=\(body.timestamp)", "nonce=\(Vector.hexadecimal(nonce.bytes))",
            ]
            if let address = body.address { arguments.append("address=\(address)") }
            let datagram = try Vector.bytes(python(arguments).joined())
            #expect(try datagram == KnockSigner(keys).sign(body, nonce: nonce))
            _ = try verifier.newHints(at: body.timestamp)
            let knock = try #require(
                UnverifiedKnock(source: IPAddress(ipv4: 0xC612_0102), isOnLoopback: false, bytes: datagram))
            guard case .verified(let verified) = try verifier.verify(knock, now: body.timestamp) else {
                Issue.record("refused: \(body)")
                continue
            }
            #expect(verified.body == body)
        }
    }

    @Test func itsNoncesAreRandomAndItsClockIsNow() throws {
        let datagrams = try (0..<2).map { _ in try Vector.bytes(python(["sign", keyFile, "ssh"]).joined()) }
        #expect(datagrams[0][8..<24] != datagrams[1][8..<24])
        #expect(
            try python(["verify", keyFile], input: Vector.hexadecimal(datagrams[0]) + "\n").first?.hasPrefix("open")
                == true)
    }

    @Test func itAgreesWithEachVector() throws {
        let files = try VectorTests.files.map(\.path)
        let said = try python(["vectors"] + files)
        #expect(said == files.map { "agrees \($0)" })
    }
}
