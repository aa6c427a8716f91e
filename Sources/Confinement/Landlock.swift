import CLinux
import Glibc
package import Linux

/// Denies this process access to files, TCP ports and other processes for good (landlock(7)). It is a second barrier
/// beside the list of system calls.
package enum Landlock {
    /// All rights that each version of the interface knows, from the lowest bit up.
    private static func rights(_ version: Int32) -> Rights {
        // REFER came with version 2, TRUNCATE with 3, IOCTL_DEV with 5; ports with 4; abstract sockets and signals
        // with 6.
        let files: UInt64 =
            switch version {
            case 1: 13
            case 2: 14
            case 3, 4: 15
            default: 16
            }
        return ((1 << files) - 1, version >= 4 ? 0b11 : 0, version >= 6 ? 0b11 : 0)
    }

    /// Denies this process everything that the kernel's version can deny. Open descriptors stay usable.
    ///
    /// - Returns: that version; 0 if the kernel has no Landlock or it is switched off.
    /// - Throws: also if a container forbids the call.
    package static func denyAll() throws(SystemError) -> Int { try deny { $0 } }

    /// Denies this process to change files, run programs, listen on TCP ports and signal other processes. It may still
    /// read files and connect.
    ///
    /// It is for a process that reads files no list can name in advance and that may have kept its parent's user.
    ///
    /// - Returns, throws: as `denyAll`.
    @discardableResult
    package static func denyChanges() throws(SystemError) -> Int {
        // READ_FILE and READ_DIR; CONNECT_TCP; abstract sockets.
        try deny { ($0.files & ~0b1100, $0.ports & ~0b10, $0.scopes & ~0b1) }
    }

    private typealias Rights = (files: UInt64, ports: UInt64, scopes: UInt64)

    private static func deny(_ choose: (Rights) -> Rights) throws(SystemError) -> Int {
        let version: Int32
        do {
            version = try system("landlock_create_ruleset") { linux_landlock_version() }
        } catch  where [ENOSYS, EOPNOTSUPP].contains(error.code) {
            return 0
        }
        let rights = choose(Self.rights(version))
        let attributes = [rights.files, rights.ports, rights.scopes]
        // Older kernels reject the later fields.
        let size = 8 * (version >= 6 ? 3 : version >= 4 ? 2 : 1)
        let ruleset = Descriptor(
            owning: try system("landlock_create_ruleset") { unsafe linux_landlock_ruleset(attributes, size) })
        try system("landlock_restrict_self") { linux_landlock_restrict(ruleset.number) }
        return Int(version)
    }
}
