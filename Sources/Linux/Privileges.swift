import CLinux
import Glibc

/// Giving up root for good.
package enum Privileges {
    /// The user and group of the Listener, where it has none of its own: fixed, belonging to no Debian package, no person, no unit of systemd (which
    /// takes its dynamic users from 61184–65519) and no container's "nonroot" (65532).
    package static let listener: UInt32 = 65_523
    /// The user and group of the Resolver, chosen alike.
    package static let resolver: UInt32 = 65_522
    /// The user and group of the Verifier, chosen alike.
    package static let verifier: UInt32 = 65_521

    /// Gives up every capability, every supplementary group and the user root, and the way back to them.
    ///
    /// It also lets the kernel end this process when its parent ends.
    package static func drop(to user: UInt32, group: UInt32) throws(SystemError) {
        try system("prctl", "no_new_privs") { linux_set_no_new_privileges() }
        for capability in 0...linux_last_capability() {
            try system("prctl", "bounding set") { linux_drop_bounding_capability(capability) }
        }
        try system("prctl", "ambient set") { linux_clear_ambient_capabilities() }
        try system("setgroups") { setgroups(0, nil) }
        try system("setresuid") { linux_become(user, group) }
        try system("capset") { linux_clear_capabilities() }
        try system("prctl", "dumpable") { linux_set_not_dumpable() }
        // After the change of user, which clears it.
        try system("prctl", "parent death signal") { linux_set_parent_death_signal(SIGKILL) }
    }
}
