import Base
import Knocks
import Linux
import Messages
import Packets
import Testing

@testable import Listener

struct ReportSenderTests {
    private let doorkeeper: RoleChannel
    private var reports: ReportSender

    init() throws {
        let (one, other) = try RoleChannel.socketPair()
        reports = ReportSender(channel: try RoleChannel(one, messageSize: RoleMessage.size))
        doorkeeper = try RoleChannel(other, messageSize: RoleMessage.size)
    }

    /// All that was sent and all that waits, in its order.
    private mutating func received() -> [ListenerReport] {
        var all: [ListenerReport] = []
        repeat {
            while case .message(let bytes) = doorkeeper.receive() { all += ListenerReport(bytes).map { [$0] } ?? [] }
            reports.sendWaiting()
        } while reports.isWaiting
        while case .message(let bytes) = doorkeeper.receive() { all += ListenerReport(bytes).map { [$0] } ?? [] }
        return all
    }

    @Test mutating func linesForTheLogHaveARateEachKindAndTheRestIsCounted() {
        for _ in 0..<600 { reports.sendForLog(.filterTooLarge, .attempt, now: 0) }
        #expect(received() == [ListenerReport](repeating: .filterTooLarge, count: 512))
        for _ in 0..<130 { reports.sendForLog(.pong, .packet, now: 0) }
        #expect(received() == [ListenerReport](repeating: .pong, count: 128))
        #expect(reports.nextTelling == 1000)
        reports.tellLeftOut(now: 999)
        #expect(received() == [])
        reports.tellLeftOut(now: 1000)
        #expect(received() == [.leftOut(90)])
        #expect(reports.nextTelling == nil)
    }

    /// The Doorkeeper reads nothing meanwhile.
    @Test mutating func aProofWaitsWhereTheLogHasNoRoom() {
        for _ in 0..<5000 { reports.send(.pong) }
        #expect(reports.isWaiting)
        reports.sendForLog(.filterTooLarge, .attempt, now: 0)
        let proof = ListenerReport.outcome(.completed(door: 1, source: IPAddress(ipv4: 0xC612_0102)), doorList: 3)
        reports.sendProof(proof, at: 1, now: 0)
        #expect(received() == [ListenerReport](repeating: .pong, count: 5000) + [proof])
        reports.tellLeftOut(now: 1000)
        #expect(received() == [.leftOut(1)], "the line for the log")
    }
}
