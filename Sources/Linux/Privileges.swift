import CLinux
import Glibc

/// Giving up root for good.
package enum Privileges {
    /// The user and group of the Listener: fixed, belonging to no Debian package, no person, no unit of systemd (which
    /// takes its dynamic users from 61184–65519) and no container's "nonroot" (65532).
    package static let listener: UInt32 = 65_523

    /// Gives up every capability, every supplementary group and the user root, and the way back to them.
    ///
    /// It also lets the kernel end this process when its parent ends.
    package static func drop(to identity: UInt32) throws(SystemError) {
        try system("prctl", "no_new_privs") { linux_set_no_new_privileges() }
        for capability in 0...linux_last_capability() {
            try system("prctl", "bounding set") { linux_drop_bounding_capability(capability) }
        }
        try system("prctl", "ambient set") { linux_clear_ambient_capabilities() }
        try system("setgroups") { setgroups(0, nil) }
        try system("setresuid") { linux_become(identity, identity) }
        try system("capset") { linux_clear_capabilities() }
        try system("prctl", "dumpable") { linux_set_not_dumpable() }
        // After the change of user, which clears it.
        try system("prctl", "parent death signal") { linux_set_parent_death_signal(SIGKILL) }
    }
}
