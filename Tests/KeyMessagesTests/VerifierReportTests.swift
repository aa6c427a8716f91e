import Hints
import Keys
import Messages
import Packets
import SignedKnocks
import TestSupport
import Testing

@testable import KeyMessages

struct VerifierReportTests {
    private static let id = GenerationID(high: 1, low: .max)
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let claim = SignedClaim(
        generation: id, nonce: Nonce(high: .max, low: 2), timestamp: .max, operation: .open, door: "ssh",
        address: IPAddress(high: 1, low: 2), source: source, isOnLoopback: true, openFor: 5000,
        namesAddress: true)

    /// Those that the Verifier has: of the steps from 4 on.
    private static let reasons: [RejectReason] = [
        .hintOfAnotherEpoch, .unknownOperation, .secondsInClose, .reservedNotZero, .malformedDoor, .addressNotAllowed,
        .sourceNotAllowed, .outsideWindow(skew: .max), .outsideWindow(skew: .min), .outsideWindow(skew: 0),
        .unknownDoor, .keyNotListed, .impossibleOperation, .addressDiffers, .addressMissing, .replayed, .tooManyKnocks,
    ]

    private static let surplus = {
        var surplus = claim
        surplus.isSurplus = true
        return surplus
    }()

    private static let reports: [VerifierReport] =
        [
            .claim(claim), .claim(surplus),
            .claim(
                SignedClaim(
                    generation: id, nonce: Nonce(high: 0, low: 0), timestamp: 0, operation: .close,
                    door: String(repeating: "d", count: 32), address: source, source: source, isOnLoopback: false,
                    openFor: nil, namesAddress: false)),
            .diagnosed(generation: id, source: source, skew: .min), .wrongTags(.max), .leftOut(1), .pong,
            .listenerMisbehaved, .failure("the jail cannot be built"), .failure(""),
        ]
        + reasons.map { .refused($0, generation: id, door: "ssh", source: source) }
        + [.refused(.malformedDoor, generation: id, door: "", source: source)]

    @Test func everyKindIsAmongTheSamples() {
        #expect(Set(Self.reports.map { $0.message[0] }) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test(arguments: reports)
    func aReportSurvivesARoundTrip(report: VerifierReport) {
        #expect(report.message.count == RoleMessage.size)
        #expect(VerifierReport(report.message) == report)
    }

    @Test(arguments: reports)
    func garbageBehindTheContentIsRefused(report: VerifierReport) {
        #expect(VerifierReport(Bytes.replacing(255, in: report.message, by: 1)) == nil)
    }

    @Test func whatCannotBeClaimedIsRefused() {
        let message = VerifierReport.claim(Self.claim).message
        #expect(VerifierReport(message) != nil)
        // The operation, the loopback flag, whether there is a time, its sign, and the door's name.
        for (place, byte) in [(41, 0), (41, 3), (74, 2), (75, 2), (76, 0x80), (84, 0), (84, 33), (85, 0x2F)] {
            #expect(VerifierReport(Bytes.replacing(place, in: message, by: UInt8(byte))) == nil, "\(place)")
        }
        // No time, but one that is given.
        #expect(VerifierReport(Bytes.replacing(75, in: message, by: 0)) == nil)
    }

    @Test(arguments: [0, 16, 255] as [UInt8])
    func aReasonThatTheVerifierCannotHaveIsRefused(number: UInt8) {
        let message = VerifierReport.refused(.unknownDoor, generation: Self.id, door: "ssh", source: Self.source)
            .message
        #expect(VerifierReport(Bytes.replacing(1, in: message, by: number)) == nil)
    }

    @Test func randomBytesAreReadOrRefusedWithoutATrap() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of VerifierReportTests.randomBytesAreReadOrRefusedWithoutATrap: \(seed)")
        var random = RandomMessages(kinds: 8, good: Self.reports.map(\.message), seed: seed)
        for _ in 0..<20_000 {
            let message = random.next()
            guard let report = VerifierReport(message) else { continue }
            if VerifierReport(report.message) != report { Issue.record("\(message) changes") }
        }
    }
}
