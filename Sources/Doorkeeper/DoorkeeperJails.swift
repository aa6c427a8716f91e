import Confinement
import Events
import Linux
import Messages

/// What the Doorkeeper learns of the jails of its roles.
extension Doorkeeper {
    /// Acts on what a role says of its jail; false if it cannot be true.
    ///
    /// - Parameters:
    ///   - hasEntered: notes that it is in, and says whether that is news.
    ///   - failure: takes why the role is about to end.
    func handle(
        _ report: JailReport, of role: Event.Role, user: RoleUsers.User, hasEntered: () -> Bool,
        failure: (String) -> Void
    ) -> Bool {
        switch report {
        case .entered(let fences):
            guard hasEntered() else { return false }
            let label = fences.kept.contains(.user) ? "\(ThisProcess.user), which is the daemon's" : user.label
            let event = Event.role(.jailed(role, user: label, fences: fences.words))
            // Once, and again when one that was started later has other fences.
            if toldJails.updateValue(event, forKey: role) != event { journal.tell(event) }
        case .trapped(let call):
            failure("its jail forbids the system call \(Sandbox.name(ofCall: call)), which it made")
        }
        return true
    }
}

extension Jail.Fences {
    /// What holds, and what does not.
    var words: String {
        var words = [kept.contains(.capabilities) ? "PRIVILEGE THAT IT MAY NOT GIVE UP" : "no privilege"]
        if kept.contains(.group), !kept.contains(.user) { words.append("but the daemon's groups") }
        if kept.contains(.newPrivileges) { words.append("but NO_NEW_PRIVS CANNOT BE SET") }
        let isWanted = listsCalls || listFault != 0
        let listReason =
            isWanted ? "seccomp: \(Self.text(of: listFault)); a container's profile must allow it" : "Sandbox = off"
        words.append(listsCalls ? "listed system calls alone" : "but NO LIST OF SYSTEM CALLS (\(listReason))")
        if isWanted {
            let landlockReason = landlockFault == 0 ? "in this kernel" : "(\(Self.text(of: landlockFault)))"
            words.append(landlock > 0 ? "Landlock" : "no Landlock \(landlockReason)")
        }
        if let locksMemory {
            words.append(
                locksMemory ? "memory never swapped" : "but keys may be swapped out (LimitMEMLOCK=infinity helps)")
        }
        return words.joined(separator: ", ")
    }

    private static func text(of fault: UInt8) -> String { SystemError("", code: Int32(fault)).reason }
}
