import CLinux
import Glibc
package import Linux

/// Taking files, TCP ports and other processes away from this process for good (landlock(7)), beside the list of system
/// calls: what one of the two lets slip, the other holds.
package enum Landlock {
    /// All rights that each version of the interface knows, as bits counted from the lowest.
    private static func rights(_ version: Int32) -> Rights {
        // REFER came with version 2, TRUNCATE with 3, IOCTL_DEV with 5; ports with 4; abstract sockets and signals with 6.
        let files: UInt64 =
            switch version {
            case 1: 13
            case 2: 14
            case 3, 4: 15
            default: 16
            }
        return ((1 << files) - 1, version >= 4 ? 0b11 : 0, version >= 6 ? 0b11 : 0)
    }

    /// Denies this process all that the kernel's version can deny; what it has open stays.
    ///
    /// - Returns: that version; 0 where the kernel has no Landlock, or it was switched off.
    /// - Throws: also where a container forbids it.
    package static func denyAll() throws(SystemError) -> Int { try deny { $0 } }

    /// Denies this process all changes of files, to run a program, to offer a TCP port, and signals to other processes; it
    /// may read files and connect. For who must read what nobody can list, and keeps the user of its parent.
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
        // An older kernel does not know the later fields.
        let size = 8 * (version >= 6 ? 3 : version >= 4 ? 2 : 1)
        let ruleset = Descriptor(
            owning: try system("landlock_create_ruleset") { unsafe linux_landlock_ruleset(attributes, size) })
        try system("landlock_restrict_self") { linux_landlock_restrict(ruleset.number) }
        return Int(version)
    }
}
