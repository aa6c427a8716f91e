import CLinux
import Glibc

/// Continues in the background, as with daemon(3), while the starting process waits until the daemon is ready.
package final class Detachment {
    private let starter: Descriptor

    private init(_ starter: Descriptor) {
        self.starter = starter
    }

    /// Continues as a child, in a session of its own and in the directory `/`. It returns in the child only: the
    /// calling process exits with 0 when the child is ready, or with 1 if the child ends before.
    package static func begin() throws(SystemError) -> Detachment {
        var ends: [Int32] = [-1, -1]
        try system("pipe") { unsafe pipe(&ends) }
        let (reading, writing) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
        try system("fcntl") { linux_set_close_on_exec(writing.number, true) }
        let child = try system("fork") { linux_fork() }
        if child != 0 { awaitChild(reading, writing: ends[1]) }
        _ = setsid()
        _ = Files.startDirectory
        try system("chdir", "/") { unsafe chdir("/") }
        return Detachment(writing)
    }

    private static func awaitChild(_ reading: Descriptor, writing: Int32) -> Never {
        // Otherwise the end of the child would not be seen.
        _ = close(writing)
        var word: UInt8 = 0
        let count = try? system("read") { Int32(truncatingIfNeeded: unsafe read(reading.number, &word, 1)) }
        // _exit, since the clean-up belongs to the child.
        _exit(count == 1 ? 0 : 1)
    }

    /// Lets the starting process exit, and detaches from its terminal.
    package func finish() {
        try? starter.write([1])
        guard let null = try? Descriptor.open("/dev/null", O_RDWR) else { return }
        for number in Int32(0)...2 { _ = dup2(null.number, number) }
    }
}
