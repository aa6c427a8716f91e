import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Linux

struct OutputTests {
    /// A pipe's two ends.
    private func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
        var numbers: [Int32] = [-1, -1]
        try #require(unsafe Glibc.pipe(&numbers) == 0)
        return (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    }

    @Test func aLineIsWrittenWhole() throws {
        let (reading, writing) = try pipe()
        let line = String(repeating: "x", count: 9000)
        #expect(Output.write(line, to: writing.number))
        var bytes = [UInt8](repeating: 0, count: 20_000)
        #expect(unsafe read(reading.number, &bytes, bytes.count) == 9001)
        #expect(bytes[..<9001].elementsEqual((line + "\n").utf8))
    }

    @Test(.timeLimit(.minutes(1)))
    func aLineThatNobodyTakesIsLeftOut() throws {
        let (reading, writing) = try pipe()
        var written = 0
        while Output.write(String(repeating: "y", count: 999), to: writing.number) { written += 1 }
        #expect(written >= 50, "a pipe holds 64 KiB")
        withExtendedLifetime(reading) {}
    }

    /// Whoever shares the pipe may fill it at any moment, as a command does that has the daemon's standard output.
    @Test(.timeLimit(.minutes(1)))
    func nobodyElsesWritingMakesALineWait() throws {
        let (reading, writing) = try pipe()
        let reader = try Descriptor.open("/proc/self/fd/\(reading.number)", O_RDONLY | O_NONBLOCK)
        let other = try Descriptor.open("/proc/self/fd/\(writing.number)", O_WRONLY | O_NONBLOCK)
        let (isOver, hasEnded) = (Flag(), Flag())
        let number = other.number
        Thread.detachNewThread {
            let page = [UInt8](repeating: 0x78, count: 4096)
            var round = 0
            while !isOver.isSet {
                _ = unsafe write(number, page, page.count)
                round += 1
                // So that it comes at any moment of what the other thread does.
                for _ in 0..<round % 8 { sched_yield() }
            }
            hasEnded.set()
        }
        var page = [UInt8](repeating: 0, count: 4096)
        var fullTimes = 0
        // Nobody else reads, so that a line that waits would wait for ever.
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end {
            if Output.write("line", to: writing.number) { continue }
            fullTimes += 1
            _ = unsafe read(reader.number, &page, page.count)
        }
        isOver.set()
        while !hasEnded.isSet { sched_yield() }
        #expect(fullTimes > 0)
        withExtendedLifetime((reading, writing, other)) {}
    }

    private final class Flag: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    @Test func aLineWhoseEndIsMissingIsToldFromOneThatIsNotThere() throws {
        let (reading, writing) = try pipe()
        #expect(Output.put(String(repeating: "z", count: 100_000), to: writing.number) == .torn)
        #expect(Output.put("line", to: writing.number) == .leftOut)
        var bytes = [UInt8](repeating: 0, count: 200_000)
        #expect(unsafe read(reading.number, &bytes, bytes.count) > 0)
        #expect(Output.put("line", to: writing.number) == .written)
    }

    @Test func aPipeWithoutAReaderTakesNothing() throws {
        _ = signal(SIGPIPE, SIG_IGN)
        let (_, writing) = try pipe()
        #expect(!Output.write("line", to: writing.number))
    }

    @Test(.timeLimit(.minutes(1)), arguments: [SOCK_STREAM, SOCK_SEQPACKET])
    func aSocketThatNobodyReadsTakesNoMore(kind: __socket_type) throws {
        var numbers: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(kind.rawValue), 0, &numbers) == 0)
        let (reading, writing) = (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
        var written = 0
        while Output.write(String(repeating: "y", count: 999), to: writing.number) { written += 1 }
        #expect(written > 10)
        var bytes = [UInt8](repeating: 0, count: 1000)
        #expect(unsafe recv(reading.number, &bytes, bytes.count, 0) == 1000)
        #expect(bytes.last == 0x0a)
    }

    @Test func aFileIsWrittenWhereItsDescriptorStands() throws {
        let directory = try TemporaryDirectory()
        let file = try Descriptor.open(directory.path("out"), O_WRONLY | O_CREAT)
        for line in ["one", "two"] { #expect(Output.put(line, to: file.number) == .written) }
        #expect(try Files.read(directory.path("out")) == Array("one\ntwo\n".utf8))
    }

    @Test func twoDescriptorsOfOneFileAreOne() throws {
        let directory = try TemporaryDirectory()
        let file = try Descriptor.open(directory.path("out"), O_WRONLY | O_CREAT)
        let again = try Descriptor.open(directory.path("out"), O_WRONLY)
        let other = try Descriptor.open(directory.path("other"), O_WRONLY | O_CREAT)
        #expect(Output.areOne(file.number, again.number))
        #expect(!Output.areOne(file.number, other.number))
        #expect(!Output.areOne(-1, -1))
    }

    @Test func theJournalIsWhatItsVariableNames() async {
        await #expect(processExitsWith: .success) {
            var status = stat()
            #expect(unsafe fstat(2, &status) == 0)
            #expect(!Output.isJournal(2))
            #expect(unsafe setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1) == 0)
            #expect(Output.isJournal(2))
            #expect(unsafe setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino + 1)", 1) == 0)
            #expect(!Output.isJournal(2))
        }
    }

    @Test func aDescriptorThatIsClosedTakesNothing() {
        #expect(Output.put("line", to: -1) == .leftOut)
    }
}
