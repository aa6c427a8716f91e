import CLinux
import Glibc
package import Linux

/// Gives up root for good.
package enum Privileges {
    /// The default user and group of the Listener: fixed, and used by no Debian package, no person, no systemd unit
    /// (dynamic users are 61184–65519) and no container's "nonroot" (65532).
    package static let listener: UInt32 = 65_523
    /// The default user and group of the Resolver, chosen in the same way.
    package static let resolver: UInt32 = 65_522
    /// The default user and group of the Verifier, chosen in the same way.
    package static let verifier: UInt32 = 65_521

    /// The privileges that a process could not give up, for lack of a capability or because its container forbids the
    /// call.
    package struct Kept: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let user = Kept(rawValue: 1)
        package static let group = Kept(rawValue: 2)
        /// Some capability is still permitted.
        package static let capabilities = Kept(rawValue: 4)
        /// Running a program could still gain privilege.
        package static let newPrivileges = Kept(rawValue: 8)
    }

    /// Gives up all capabilities, all supplementary groups and the user root, and every way back to them, as far as
    /// possible.
    ///
    /// The kernel also kills this process when its parent exits.
    ///
    /// - Returns: the privileges that are kept.
    /// - Throws: errors that neither missing capabilities nor a container explain.
    package static func drop(to user: UInt32, group: UInt32) throws(SystemError) -> Kept {
        var kept: Kept = []
        if try !isDone("prctl", "no_new_privs", linux_set_no_new_privileges) { kept.insert(.newPrivileges) }
        // Capabilities left in the bounding set are of no use to a process that cannot gain privilege by running a
        // program.
        for capability in 0...linux_last_capability() {
            guard try isDone("prctl", "bounding set", { linux_drop_bounding_capability(capability) }) else { break }
        }
        _ = try isDone("prctl", "ambient set", linux_clear_ambient_capabilities)
        let isAlone = try isDone("setgroups", "", { setgroups(0, nil) })
        let isInGroup = try isDone("setresgid", "", { linux_set_group(group) })
        if !isAlone || !isInGroup { kept.insert(.group) }
        if try !isDone("setresuid", "", { linux_set_user(user) }) { kept.insert(.user) }
        _ = try isDone("capset", "", linux_clear_capabilities)
        if linux_permitted_capabilities() != 0 { kept.insert(.capabilities) }
        _ = try isDone("prctl", "dumpable", linux_set_not_dumpable)
        // After the change of user, which clears the setting.
        _ = try isDone("prctl", "parent death signal") { linux_set_parent_death_signal(SIGKILL) }
        return kept
    }

    /// Whether a call succeeds; false if this process may not make it.
    private static func isDone(
        _ call: String, _ subject: String, _ body: () -> Int32
    ) throws(SystemError) -> Bool {
        do {
            try system(call, subject, body)
            return true
        } catch  where error.isForbidden {
            return false
        }
    }
}
