import Foundation
import Glibc
import TestSupport
import Testing

@testable import Linux

struct SyslogTests {
    /// The system log's end of the socket: datagrams that are read here, or not.
    private func listen(at path: String) throws -> Descriptor {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        let descriptor = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(number, $0, size) }
        }
        try #require(result == 0)
        return descriptor
    }

    @Test func aLineHasDebiansPriorityAndName() throws {
        let directory = try TemporaryDirectory()
        let log = try listen(at: directory.path("log"))
        #expect(Syslog(path: directory.path("log")).write("198.18.1.2: door: Stage 1"))
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = unsafe recv(log.number, &bytes, bytes.count, 0)
        let line = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        #expect(
            line.wholeMatch(of: /<29>[A-Z][a-z]{2} [ 0-9][0-9] \d\d:\d\d:\d\d knockd: 198.18.1.2: door: Stage 1/) != nil
        )
    }

    @Test func aLineCanBeOlderThanItsWriting() throws {
        let directory = try TemporaryDirectory()
        let log = try listen(at: directory.path("log"))
        // Noon, 2 January 1970, in UTC: no time zone makes that another month.
        #expect(Syslog(path: directory.path("log")).write("line", at: 129_600))
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = unsafe recv(log.number, &bytes, bytes.count, 0)
        #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).hasPrefix("<29>Jan  "))
    }

    @Test(.timeLimit(.minutes(1)))
    func aLogThatNobodyReadsIsNotWaitedFor() throws {
        let directory = try TemporaryDirectory()
        let log = try listen(at: directory.path("log"))
        let syslog = Syslog(path: directory.path("log"))
        var lines = 0
        while syslog.write("line") { lines += 1 }
        #expect(lines > 0)
        withExtendedLifetime(log) {}
    }

    @Test func withoutALogALineIsLeftOut() throws {
        let directory = try TemporaryDirectory()
        let syslog = Syslog(path: directory.path("log"))
        #expect(!syslog.write("lost"))
        let log = try listen(at: directory.path("log"))
        #expect(syslog.write("found"), "it is looked for again")
        withExtendedLifetime(log) {}
    }
}
