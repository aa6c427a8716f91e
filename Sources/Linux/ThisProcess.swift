import Base
import CLinux
import Glibc

/// Properties of this process and its machine.
package enum ThisProcess {
    /// The id of the boot, different after every boot of the machine and, in a container, after every start of the
    /// container; empty if the kernel does not provide it.
    ///
    /// A container is recognised by its process namespace, and its start by that of its first process. So a container
    /// that shares its host's processes has the host's boot id. So does a service to which systemd gives a process
    /// namespace for each run (PrivatePIDs): there the daemon is the first process, and an ordinary restart is not a
    /// boot.
    package static func bootID() -> String {
        let machine = machineBootID
        guard !machine.isEmpty, let start = containerStart else { return machine }
        return "\(machine)\(separator)\(start)"
    }

    /// Whether a boot id belongs to this boot of the machine, in whatever container it was read.
    package static func isOfThisMachinesBoot(_ id: String) -> Bool {
        id.prefix { $0 != separator } == machineBootID
    }

    private static let separator: Character = "/"

    private static var machineBootID: String {
        guard let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64) else { return "" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The start time of the container's first process, in the kernel's clock ticks; nil outside containers, or if
    /// /proc is not the container's own.
    private static var containerStart: Int64? {
        // PROC_PID_INIT_INO, the number of the machine's own namespace.
        guard let namespace = Files.linkTarget("/proc/self/ns/pid"), namespace != "pid:[\(0xEFFF_FFFC as UInt32)]",
            Files.linkTarget("/proc/self") == "\(getpid())", getpid() != 1 || variable("INVOCATION_ID") == nil
        else { return nil }
        return ProcessIdentity(of: 1)?.began
    }

    /// An id that no boot has, different each time. If the kernel does not provide the boot id, records made before are
    /// treated as another boot's.
    package static func unknownBootID() -> String { "unknown-\(String(randomNumber(), radix: 16))" }

    /// The program's arguments, its name first; empty if there are none, not even the name.
    ///
    /// `CommandLine.arguments` is empty if /proc is not mounted: in a bare chroot, or a minimal container.
    package static let arguments: [String] = (0..<linux_argument_count()).compactMap { index in
        unsafe linux_argument(index).map { unsafe String(cString: $0) }
    }

    /// Whether /proc is mounted.
    package static var hasProc: Bool { Files.exists("/proc/self/stat") }

    /// Sets the name in ps and for killall, whatever file was executed.
    package static func setName(_ name: String) {
        _ = unsafe linux_set_process_name(name)
    }

    /// Opens /dev/null in place of closed standard descriptors, so that no other descriptor gets one of their numbers.
    package static func openStandardDescriptors() {
        var number = unsafe linux_open("/dev/null", O_RDWR, 0)
        while (0...2).contains(number) { number = unsafe linux_open("/dev/null", O_RDWR, 0) }
        if number > 2 { _ = close(number) }
    }

    /// The value of an environment variable; nil if it is not set.
    package static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The process id.
    package static var id: Int32 { getpid() }

    /// Whether the effective user is root.
    package static var isRoot: Bool { geteuid() == 0 }

    /// The path of the program that this process runs.
    package static var program: String { Files.linkTarget("/proc/self/exe") ?? "knockd" }

    /// The effective user id.
    package static var user: UInt32 { geteuid() }

    /// Whether this process and its children cannot gain privilege by running a program (no_new_privs in prctl(2)).
    package static var gainsNothing: Bool { linux_has_no_new_privileges() }

    /// Random bytes from the kernel, as one number.
    package static func randomNumber() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    /// Exits with this status. No deinitialiser of objects that still live runs.
    package static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }
}
