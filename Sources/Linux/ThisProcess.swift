import Base
import CLinux
import Glibc

/// What the daemon knows of itself and its machine.
package enum ThisProcess {
    /// The boot's id: another one after every boot of the machine and, in a container, after every start of that; empty
    /// where the kernel does not tell.
    ///
    /// A container is told by its namespace of processes, and its start by that of its first process. So one that shares
    /// its host's processes has the host's boot, as has a service to which systemd gives such a namespace for each run
    /// (PrivatePIDs): there the daemon itself is the first process, and an ordinary restart is no boot.
    package static func bootID() -> String {
        let machine = machineBootID
        guard !machine.isEmpty, let start = containerStart else { return machine }
        return "\(machine)\(separator)\(start)"
    }

    /// Whether a boot's id is that of this boot of the machine, whatever container it was told in.
    package static func isOfThisMachinesBoot(_ id: String) -> Bool {
        id.prefix { $0 != separator } == machineBootID
    }

    private static let separator: Character = "/"

    private static var machineBootID: String {
        guard let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64) else { return "" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// When the container's first process began, in the kernel's ticks; nil where this is no container, or /proc is not its
    /// own.
    private static var containerStart: Int64? {
        // PROC_PID_INIT_INO, the number of the machine's own namespace.
        guard let namespace = Files.linkTarget("/proc/self/ns/pid"), namespace != "pid:[\(0xEFFF_FFFC as UInt32)]",
            Files.linkTarget("/proc/self") == "\(getpid())", getpid() != 1 || variable("INVOCATION_ID") == nil
        else { return nil }
        return ProcessIdentity(of: 1)?.began
    }

    /// An id that no boot has, another one each time: where the kernel does not tell the boot's, what was recorded before counts
    /// as another boot's.
    package static func unknownBootID() -> String { "unknown-\(String(randomNumber(), radix: 16))" }

    /// What the program was started with, its name first; empty where nothing was given, not even that.
    ///
    /// `CommandLine.arguments` has none where /proc is not mounted: in a bare chroot, or a minimal container.
    package static let arguments: [String] = (0..<linux_argument_count()).compactMap { index in
        unsafe linux_argument(index).map { unsafe String(cString: $0) }
    }

    /// Whether the kernel tells of processes, of itself and of routes.
    package static var hasProc: Bool { Files.exists("/proc/self/stat") }

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

    /// Its process id.
    package static var id: Int32 { getpid() }

    /// Whether this process may do what root may.
    package static var isRoot: Bool { geteuid() == 0 }

    /// The path of the program that this process runs.
    package static var program: String { Files.linkTarget("/proc/self/exe") ?? "knockd" }

    /// This process's effective user.
    package static var user: UInt32 { geteuid() }

    /// Whether this process, and all that it runs, can gain nothing by running a program (no_new_privs in prctl(2)).
    package static var gainsNothing: Bool { linux_has_no_new_privileges() }

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
