import Base
import Glibc
import Hints
import Linux
import Packets
import SignedKnocks
import Testing

@testable import Keys
@testable import knock

struct SignedRunTests {
    private let keys: WorkingKeys
    private let v4: HostAddress
    private let v6: HostAddress
    private let now: UInt64 = 1_800_000_000_000

    init() throws {
        var secret = [UInt8](repeating: 3, count: 32)
        keys = try WorkingKeys(secret: SecretBytes(taking: &secret), server: #require(KeyName("gw")))
        (v4, v6) = (try #require(HostAddress("198.18.1.1")), try #require(HostAddress("fd00::1")))
    }

    private func request(_ change: (inout SignedRequest) -> Void = { _ in }) -> SignedRequest {
        var request = SignedRequest()
        (request.host, request.door) = ("gw", "ssh")
        change(&request)
        return request
    }

    private func run(_ request: SignedRequest, sources: [String: String] = [:]) throws -> SignedRun {
        var count: UInt64 = 0
        return try SignedRun(
            request, keys,
            SignedRun.World(
                source: { sources[$0.description].flatMap { IPAddress($0) } }, prefixLength: { $0.isIPv4 ? 120 : 64 },
                now: { 1_800_000_000_000 },
                nonce: {
                    count += 1
                    return Nonce(high: 0, low: count)
                }))
    }

    /// What a server reads.
    private func read(_ datagram: [UInt8], now: UInt64 = 1_800_000_000_000) throws -> VerifiedKnock? {
        let verifier = try KnockVerifier(generations: [(keys, true)], window: TimeWindow(span: 0))
        _ = try verifier.newHints(at: now)
        let source = try #require(IPAddress("198.18.1.2"))
        let knock = try #require(UnverifiedKnock(source: source, isOnLoopback: false, bytes: datagram))
        guard case .verified(let verified) = try verifier.verify(knock, now: now) else { return nil }
        return verified
    }

    @Test func aKnockSaysWhatWasAskedFor() throws {
        let body = try read(run(request { $0.seconds = 60 }).datagram(for: v4))?.body
        #expect(body == SignedKnockBody(timestamp: now, address: nil, seconds: 60, operation: .open, door: "ssh"))
        #expect(try read(run(request { $0.operation = .close }).datagram(for: v4))?.body.operation == .close)
    }

    @Test func eachAddressGetsAKnockOfItsOwn() throws {
        let run = try run(request(), sources: ["198.18.1.1": "198.18.1.2", "fd00::1": "fd00::2"])
        let knocks = try [v4, v6].map { try read(run.datagram(for: $0)) }
        #expect(knocks.map { $0?.body.address } == [IPAddress("198.18.1.2"), IPAddress("fd00::2")])
        #expect(knocks.map { $0?.nonce.low } == [1, 2])
    }

    @Test func whereATranslatorMayStandBetweenNoAddressIsNamed() throws {
        let run = try run(request(), sources: ["198.18.1.1": "198.18.2.2"])
        #expect(try read(run.datagram(for: v4))?.body.address == nil)
        #expect(try read(run.datagram(for: v6))?.body.address == nil, "there is no way to it")
    }

    @Test func anAddressThatIsGivenOrUnwantedIsNotLookedFor() throws {
        let given = IPAddress(ipv4: 0x0808_0404)
        let sources = ["198.18.1.1": "198.18.1.2"]
        let delegating = try run(request { $0.address = .given(given) }, sources: sources)
        #expect(try read(delegating.datagram(for: v4))?.body.address == given)
        #expect(try read(delegating.datagram(for: nil))?.body.address == given)
        let silent = try run(request { $0.address = .none }, sources: sources)
        #expect(try read(silent.datagram(for: v4))?.body.address == nil)
    }

    @Test(
        arguments: [(0, 1_800_000_000_000), (90_000, 1_800_000_090_000), (-90_000, 1_799_999_910_000)]
            as [(Int64, UInt64)])
    func theServersClockMayBeAnother(offset: Milliseconds, timestamp: UInt64) throws {
        let datagram = try run(request { $0.timeOffset = offset }).datagram(for: v4)
        #expect(try read(datagram, now: timestamp)?.body.timestamp == timestamp)
    }

    @Test func timeBeginsWithTheFirstMillisecond() throws {
        let datagram = try run(request { $0.timeOffset = -31_999_999_999_000 }).datagram(for: v4)
        #expect(try read(datagram, now: 0)?.body.timestamp == 0)
    }
}

struct SignedReportTests {
    @Test(
        arguments: [
            (.noneFor(host: "gw", directories: ["/a", "/b"]), 5, "no key in /a or /b is for a server named gw"),
            (.example(file: "/a/x.key"), 8, "/a/x.key: this is the published example key"),
            (
                .notPrivate(path: "/a/x.key", .mode(0o644), isDirectory: false), 7,
                "/a/x.key: others than the owner can use it"
            ),
            (.notPrivate(path: "/a", .owner(7), isDirectory: true), 7, "/a: it belongs to the user 7"),
            (
                .unreadable(path: "/a/x.key", .system(SystemError("open", "/a/x.key", code: EIO)), isDirectory: false),
                6,
                "/a/x.key: Input/output error"
            ),
            (
                .faulty([KeyFileFault(file: "/a/x.key", line: 3, column: 1, message: "this is wrong; write that")]), 6,
                "/a/x.key:3:1: this is wrong; write that"
            ),
        ] as [(KeyTrouble, Int32, String)])
    func eachTroubleHasItsStatus(trouble: KeyTrouble, status: Int32, words: String) throws {
        let report = KnockReport(trouble)
        #expect(report.status == status)
        let line = try #require(report.lines.first)
        #expect(report.lines.count == 1 && line.hasPrefix("knock: nothing was sent: \(words)"))
    }

    @Test func keysThatAreNotThereAreNamed() throws {
        let name = try #require(KeyName("laptop"))
        let troubles: [KeyTrouble] = [
            .missing(name, directories: ["/a"]), .severalFor(host: "gw", names: [name]),
            .noGeneration(3, of: name, known: [1, 2]), .allRevoked(name),
        ]
        for trouble in troubles {
            #expect(KnockReport(trouble).status == 5)
            #expect(KnockReport(trouble).lines.joined().contains("laptop"))
        }
    }
}

extension SignedRun {
    /// The datagram for one address of the host; nil for a host that was not looked up.
    fileprivate func datagram(for destination: HostAddress?) throws -> [UInt8] {
        try datagram(naming: named(towards: destination))
    }
}
