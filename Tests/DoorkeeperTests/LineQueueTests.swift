import Base
import Events
import Packets
import Testing

@testable import Doorkeeper

/// A queue behind a reference, its lines as text.
private final class Queue {
    let names = FakeNames()
    private var state: LineQueue
    init() { state = LineQueue(names: names) }
    var nextDeadline: Milliseconds? { state.nextDeadline }

    func put(_ event: Event, isProof: Bool = false, now: Milliseconds = 0) -> [String] {
        text(state.append(LineQueue.Line(event: event, wallSeconds: 0), isProof: isProof, now: now))
    }
    func release(_ now: Milliseconds = 0) -> [String] { text(state.release(now)) }
    func releaseAll() -> [String] { text(state.releaseAll(0)) }

    private func text(_ lines: [LineQueue.Line]) -> [String] {
        lines.map { EventLine($0.event, name: $0.name).log ?? "" }
    }
}

struct LineQueueTests {
    private static let one = IPAddress(ipv4: 0xC612_0101)
    private static let two = IPAddress(ipv4: 0xC612_0102)

    private func stage(_ source: IPAddress) -> Event { .knock(.stage(1, door: "d", source: source)) }

    @Test func aLineWithoutAnAddressGoesOutAtOnce() {
        let queue = Queue()
        #expect(queue.put(.daemon(.linesLeftOut(1))).count == 1)
        #expect(queue.nextDeadline == nil)
        #expect(queue.names.asked.isEmpty)
    }

    @Test func aLineWhoseNameIsKnownGoesOutAtOnce() {
        let queue = Queue()
        queue.names.find("one.example", of: Self.one)
        queue.names.find(nil, of: Self.two)
        #expect(queue.put(stage(Self.one)) == ["198.18.1.1 (one.example): d: Stage 1"])
        #expect(queue.put(stage(Self.two)) == ["198.18.1.2: d: Stage 1"])
    }

    @Test func aLineWaitsForItsNameAndHoldsUpThoseBehindIt() {
        let queue = Queue()
        #expect(queue.put(stage(Self.one)) == [])
        #expect(queue.put(.command(.running("c", door: "d"))) == [])
        #expect(queue.put(stage(Self.two)) == [])
        queue.names.find("two.example", of: Self.two)
        #expect(queue.release() == [], "the first line still waits")
        queue.names.find("one.example", of: Self.one)
        #expect(
            queue.release() == [
                "198.18.1.1 (one.example): d: Stage 1", "d: running command: c", "198.18.1.2 (two.example): d: Stage 1",
            ])
        #expect(queue.nextDeadline == nil)
    }

    @Test func namesAreAskedForWhileOtherLinesWait() {
        let queue = Queue()
        _ = queue.put(stage(Self.one))
        _ = queue.put(.knock(.openSesame(door: "d", source: Self.two)), isProof: true)
        #expect(queue.names.asked.map(\.address) == [Self.one, Self.two])
        #expect(queue.names.asked.map(\.isForProof) == [false, true])
    }

    @Test func after2SecondsALineGoesOutWithoutItsName() {
        let queue = Queue()
        #expect(queue.put(stage(Self.one), now: 1000) == [])
        #expect(queue.put(stage(Self.two), now: 1500) == [])
        #expect(queue.nextDeadline == 3000)
        #expect(queue.release(2999) == [])
        #expect(queue.release(3000) == ["198.18.1.1: d: Stage 1"])
        #expect(queue.nextDeadline == 3500)
        #expect(queue.release(3500) == ["198.18.1.2: d: Stage 1"])
    }

    @Test func withoutRoomForTheQuestionALineGoesOutAtOnce() {
        let queue = Queue()
        queue.names.hasRoom = false
        #expect(queue.put(stage(Self.one)) == ["198.18.1.1: d: Stage 1"])
    }

    @Test func beyond1024LinesTheFirstGoesOutAsItIs() {
        let queue = Queue()
        for _ in 0..<1024 { #expect(queue.put(stage(Self.one)) == []) }
        #expect(queue.put(.daemon(.linesLeftOut(1))) == ["198.18.1.1: d: Stage 1"])
        queue.names.find("one.example", of: Self.one)
        let rest = queue.release()
        #expect(rest.count == 1024)
        #expect(rest.first == "198.18.1.1 (one.example): d: Stage 1")
        #expect(rest.last?.hasPrefix("1 line about") == true)
    }

    @Test func atTheEndAllLinesGoOutWithTheNamesThatAreKnown() {
        let queue = Queue()
        _ = queue.put(stage(Self.one))
        _ = queue.put(stage(Self.two))
        queue.names.find("two.example", of: Self.two)
        #expect(queue.releaseAll() == ["198.18.1.1: d: Stage 1", "198.18.1.2 (two.example): d: Stage 1"])
        #expect(queue.releaseAll() == [])
    }
}
