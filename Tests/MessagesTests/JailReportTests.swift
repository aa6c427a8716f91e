import KeyMessages
import TestSupport
import Testing

@testable import Confinement
@testable import Messages

struct JailReportTests {
    static let reports: [JailReport] = [
        .entered(Jail.Fences()), .entered(Jail.Fences(listsCalls: true, landlock: 7, locksMemory: true)),
        .entered(Jail.Fences(listsCalls: false, landlock: .max, locksMemory: false)), .trapped(call: 0),
        .entered(Jail.Fences(kept: [.user, .group, .capabilities, .newPrivileges], listFault: 1, landlockFault: 38)),
        .trapped(call: 0x0102_0304), .trapped(call: .max),
    ]

    @Test(arguments: reports)
    func bothRolesCanReport(report: JailReport) {
        #expect(ListenerReport(report.message) == .jail(report))
        #expect(VerifierReport(report.message) == .jail(report))
        #expect(ListenerReport(Bytes.replacing(255, in: report.message, by: 1)) == nil)
        #expect(VerifierReport(Bytes.replacing(255, in: report.message, by: 1)) == nil)
    }

    /// Of a fence that is there nobody says why it is not.
    @Test(arguments: [(1, 2), (3, 3), (4, 16), (5, 1), (6, 1)] as [(Int, UInt8)])
    func fencesThatThereAreNotAreRefused(place: Int, byte: UInt8) {
        let message = JailReport.entered(Jail.Fences(listsCalls: true, landlock: 1)).message
        #expect(ListenerReport(Bytes.replacing(place, in: message, by: byte)) == nil)
    }

    /// The handler of the signal puts the number where a reader looks for it.
    @Test func theTrapsNumberStandsBehindTheKind() {
        #expect(Array(JailReport.trapped(call: 0x0102_0304).message[1..<5]) == [1, 2, 3, 4])
    }
}
