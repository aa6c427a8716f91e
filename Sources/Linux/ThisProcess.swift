import CLinux
import Glibc

/// What the daemon knows of itself and its machine.
package enum ThisProcess {
    /// The boot's id, another one after every boot; empty where the kernel does not tell.
    package static func bootID() -> String {
        guard let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64) else { return "" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The name in ps and for killall, whatever file was executed.
    package static func setName(_ name: String) {
        _ = unsafe linux_set_process_name(name)
    }

    /// Opens /dev/null for what is closed of standard input, output and error, so that no other descriptor is taken for
    /// one of them.
    package static func openStandardDescriptors() {
        var number = unsafe linux_open("/dev/null", O_RDWR, 0)
        while (0...2).contains(number) { number = unsafe linux_open("/dev/null", O_RDWR, 0) }
        if number > 2 { _ = close(number) }
    }

    /// What the environment says; nil where it says nothing.
    package static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Whether this process may do what root may.
    package static var isRoot: Bool { geteuid() == 0 }

    /// Random bytes from the kernel, as one number.
    package static func randomNumber() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    /// Ends the process with this status, without any clean-up.
    package static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }
}
