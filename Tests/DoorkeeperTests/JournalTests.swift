import Base
import Events
import Glibc
import Linux
import Packets
import TestSupport
import Testing

@testable import Doorkeeper

/// A journal with a log file of its own.
private final class Log {
    private let directory: TemporaryDirectory
    private var journal: Journal

    init(names: FakeNames?) throws {
        directory = try TemporaryDirectory()
        journal = Journal(isVerbose: false, names: names)
        journal.open(logFile: directory.path("log"), syslog: false)
    }

    /// - Parameter minute: of the first hour of 1970, in UTC.
    func tell(_ event: Event, now: Milliseconds = 0, minute: Int = 0) {
        journal.tell(event, isProof: true, now: now, wallSeconds: minute * 60)
    }
    func tell(_ event: Event, of matter: Journal.Matter, once state: String = "") {
        journal.tell(event, of: matter, once: state)
    }
    func forget(_ matter: Journal.Matter) -> Bool { journal.forget(matter) }
    func tick(_ now: Milliseconds) { journal.tick(now) }
    func flush() { journal.flush(now: 0) }
    var nextDeadline: Milliseconds? { journal.nextDeadline }

    /// The file's lines, without the time if asked.
    func lines(timed: Bool = false) throws -> [String] {
        let text = String(decoding: try Files.read(directory.path("log")), as: UTF8.self)
        return text.split(separator: "\n").map { String(timed ? $0 : $0.dropFirst("[1970-01-01 00:00] ".count)) }
    }
}

struct JournalTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let stage = Event.knock(.stage(1, door: "d", source: source))

    @Test func withoutLookupNothingWaits() throws {
        let log = try Log(names: nil)
        log.tell(Self.stage)
        #expect(try log.lines() == ["198.18.1.2: d: Stage 1"])
        #expect(log.nextDeadline == nil)
    }

    @Test func aJournalHasReadersWhereItWritesLines() throws {
        let directory = try TemporaryDirectory()
        #expect(!Journal(isVerbose: false).hasReaders)
        #expect(Journal(isVerbose: true).hasReaders)
        var journal = Journal(isVerbose: false)
        journal.open(logFile: directory.path("log"), syslog: false)
        #expect(journal.hasReaders)
        journal.open(logFile: directory.path("missing/log"), syslog: false)
        #expect(!journal.hasReaders)
    }

    @Test func whatStaysAsItIsIsToldOnceUntilItIsForgotten() throws {
        let log = try Log(names: nil)
        let line = "too many ports or addresses for the kernel's filter, filtering in the daemon"
        #expect(!log.forget(.filter))
        for _ in 0..<3 { log.tell(.interface(.filterTooLarge), of: .filter) }
        #expect(try log.lines() == [line])
        #expect(log.forget(.filter))
        log.tell(.interface(.filterTooLarge), of: .filter)
        #expect(try log.lines() == [line, line])
    }

    @Test func whatDiffersIsToldAgainAndEachMatterIsItsOwn() throws {
        let log = try Log(names: nil)
        func tellEnd(of role: Event.Role, _ reason: String, restartIn: Int) {
            log.tell(.role(.ended(role, reason: reason, restartIn: restartIn)), of: .end(role), once: reason)
        }
        tellEnd(of: .listener, "signal 9", restartIn: 100)
        tellEnd(of: .listener, "signal 9", restartIn: 200)
        tellEnd(of: .verifier, "signal 9", restartIn: 100)
        tellEnd(of: .listener, "signal 11", restartIn: 400)
        tellEnd(of: .listener, "signal 9", restartIn: 800)
        #expect(
            try log.lines() == [
                "the listener has ended (signal 9), restarting it in 100 ms",
                "the verifier has ended (signal 9), restarting it in 100 ms",
                "the listener has ended (signal 11), restarting it in 400 ms",
                "the listener has ended (signal 9), restarting it in 800 ms",
            ])
    }

    @Test func linesKeepTheirOrderAndTheTimeOfWhatHappened() throws {
        let names = FakeNames()
        let log = try Log(names: names)
        log.tell(Self.stage, now: 0, minute: 5)
        log.tell(.command(.status(1, door: "d")), now: 10, minute: 6)
        #expect(try log.lines() == [])
        #expect(log.nextDeadline == 2000)
        names.find("client.example", of: Self.source)
        log.tick(500)
        let lines = try log.lines(timed: true)
        #expect(
            lines == [
                "[\(Clock.localMinute(300))] 198.18.1.2 (client.example): d: Stage 1",
                "[\(Clock.localMinute(360))] d: command returned non-zero status code (1)",
            ])
    }

    @Test func aNameThatDoesNotComeIsNotWaitedForLongerThan2Seconds() throws {
        let log = try Log(names: FakeNames())
        log.tell(Self.stage)
        log.tick(1999)
        #expect(try log.lines() == [])
        log.tick(2000)
        #expect(try log.lines() == ["198.18.1.2: d: Stage 1"])
    }

    @Test func theEndWritesWhatStillWaits() throws {
        let log = try Log(names: FakeNames())
        log.tell(Self.stage)
        log.tell(.daemon(.shuttingDown))
        log.flush()
        #expect(try log.lines() == ["198.18.1.2: d: Stage 1", "shutting down"])
    }

    @Test func aLogThatNobodyReadsIsToldWhatItMissed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("log")
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let reader = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        var journal = Journal(isVerbose: false)
        journal.open(logFile: path, syslog: false)
        for _ in 0..<5000 { journal.tell(Self.stage, isProof: true, now: 0, wallSeconds: 0) }
        let held = drain(reader).split(separator: "\n")
        #expect((1..<5000).contains(held.count))
        journal.tell(.ledger(.back(file: "/s")), isProof: true, now: 0, wallSeconds: 0)
        let time = "[\(Clock.localMinute(0))] "
        let remark = "\(5000 - held.count) lines dropped (this output was not read)"
        #expect(drain(reader) == "\(time)\(remark)\n\(time)the ledger is back in /s\n")
    }
}

/// What a pipe holds.
func drain(_ pipe: Descriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe read(pipe.number, &bytes, bytes.count)
    return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
}
