import Knocks
import Packets
import TestSupport
import Testing

@testable import Confinement
@testable import Messages

struct ListenerReportTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let source6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)

    static let reports: [ListenerReport] = [
        .ready(doorList: 0), .ready(doorList: 0x0102_0304), .ready(doorList: .max),
        .outcome(.stage(1, door: 0, source: source), doorList: 1),
        .outcome(.stage(31, door: 65_534, source: source6), doorList: .max),
        .outcome(.completed(door: 0, source: source), doorList: 1),
        .outcome(.completed(door: 65_534, source: source6), doorList: 0),
        .outcome(.timedOut(stage: 1, door: 0, source: source), doorList: 1),
        .outcome(.timedOut(stage: 31, door: 258, source: source6), doorList: 2),
        .outcome(.reset(stage: 2, by: Knock(.udp, 258), door: 1, source: source6), doorList: 3),
        .packet(
            Packet(source: source, destination: source6, transport: .udp, sourcePort: 1, destinationPort: 258),
            length: 60),
        .packet(
            Packet(source: source6, destination: source, transport: .tcp([]), sourcePort: 65_535, destinationPort: 22),
            length: 512),
        .captureFailed(interface: "eth0", reason: "No such device exists"), .captureFailed(interface: "", reason: ""),
        .pong, .signedCounts(.init(noise: 0, overShare: .max)), .signedCounts(.init(noise: .max, overShare: 1)),
        .leftOut(0), .leftOut(.max), .signedPortFlooded(true), .signedPortFlooded(false),
        .filterTooLarge,
        .failure(""), .failure("eth0: No such device exists"), .failure("tür0: weg"),
        .jail(.trapped(call: 59)), .jail(.entered(Jail.Fences(listsCalls: true, landlock: 1, locksMemory: nil))),
        .failure(String(repeating: "x", count: 254)),
    ]

    @Test func everyKindIsAmongTheSamples() {
        #expect(Set(Self.reports.map { $0.message[0] }) == Set(1...13).union([200, 201]))
    }

    @Test(arguments: reports)
    func aReportSurvivesARoundTrip(report: ListenerReport) {
        #expect(report.message.count == 256)
        #expect(ListenerReport(report.message) == report)
    }

    @Test func theOutcomeMessageHasItsLayout() {
        let report = ListenerReport.outcome(.stage(3, door: 0x0102, source: Self.source), doorList: 7)
        let bytes: [UInt8] =
            [2] + [0, 0, 0, 7] + [1, 2] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 18, 1, 2] + [3]
        #expect(report.message == Bytes.message(bytes))
    }

    /// A reason is cut where it does not fit, and can still be read.
    @Test(arguments: ["x", "ä", "🚪", "aä", "a🚪", "ab🚪", "abc🚪"])
    func aLongReasonIsCutAndStillRead(unit: String) throws {
        let text = String(repeating: unit, count: 300)
        let message = ListenerReport.failure(text).message
        #expect(message.count == 256)
        guard case .failure(let read) = try #require(ListenerReport(message)) else {
            Issue.record("another kind was read")
            return
        }
        #expect(read.utf8.count > 250)
        #expect(text.utf8.starts(with: read.utf8))
    }

    @Test(arguments: reports)
    func whatIsCutWithinItsContentIsRefused(report: ListenerReport) {
        let end =
            switch report {
            case .ready, .leftOut: 5
            case .outcome(.reset, _): 27
            case .outcome: 24
            case .filterTooLarge, .pong: 1
            case .signedPortFlooded: 2
            case .captureFailed(let interface, let reason): 3 + interface.utf8.count + reason.utf8.count
            case .packet: 42
            case .signedCounts: 17
            case .jail(.entered): 4
            case .jail(.trapped): 5
            case .failure(let text): 2 + text.utf8.count
            }
        for length in 0..<end {
            #expect(ListenerReport(Array(report.message[..<length])) == nil, "\(length) bytes")
        }
    }

    @Test(arguments: [0, 14, 15, 127, 128, 199, 202, 255] as [UInt8])
    func anUnknownKindIsRefused(kind: UInt8) {
        #expect(ListenerReport(Bytes.message([kind])) == nil)
    }

    @Test(arguments: reports)
    func garbageBehindTheContentIsRefused(report: ListenerReport) {
        // The longest reason fills its message.
        if case .failure(let text) = report, text.utf8.count == 254 { return }
        #expect(ListenerReport(Bytes.replacing(255, in: report.message, by: 1)) == nil)
    }

    @Test func aCompletedSequenceHasNoStage() {
        let message = ListenerReport.outcome(.completed(door: 0, source: Self.source), doorList: 1).message
        #expect(ListenerReport(Bytes.replacing(23, in: message, by: 1)) == nil)
    }

    @Test(arguments: [[7, 2, 0x65, 0xFF], [7, 1, 0xC3], [7, 255]] as [[UInt8]])
    func aReasonThatIsNoTextIsRefused(bytes: [UInt8]) {
        #expect(ListenerReport(Bytes.message(bytes)) == nil)
    }

    @Test func randomBytesAreReadOrRefusedWithoutATrap() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of ListenerReportTests.randomBytesAreReadOrRefusedWithoutATrap: \(seed)")
        var random = RandomMessages(kinds: 13, good: Self.reports.map(\.message), seed: seed)
        var accepted = 0
        for _ in 0..<50_000 {
            let message = random.next()
            guard let report = ListenerReport(message) else { continue }
            accepted += 1
            if ListenerReport(report.message) != report { Issue.record("\(message) does not survive a round trip") }
        }
        #expect((1000..<49_000).contains(accepted), "\(accepted) accepted")
    }
}
