import Events
import Linux

/// What the Doorkeeper learns of the jails of its roles.
extension Doorkeeper {
    /// Acts on what a role says of its jail; false if it cannot be true.
    ///
    /// - Parameters:
    ///   - hasEntered: notes that it is in, and says whether that is news.
    ///   - failure: takes why the role is about to end.
    func believe(
        _ report: JailReport, of role: Event.Role, user: RoleUsers.User, hasEntered: () -> Bool,
        failure: (String) -> Void
    ) -> Bool {
        switch report {
        case .entered(let fences):
            guard hasEntered() else { return false }
            let event = Event.roleJailed(role, user: user.label, fences: fences.words)
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
        var words = ["no privilege"]
        words.append(listsCalls ? "listed system calls alone" : "but NO LIST OF SYSTEM CALLS (Sandbox = off)")
        if listsCalls { words.append(landlock > 0 ? "Landlock" : "no Landlock in this kernel") }
        if let locksMemory {
            words.append(
                locksMemory ? "memory never swapped" : "but keys may be swapped out (LimitMEMLOCK=infinity helps)")
        }
        return words.joined(separator: ", ")
    }
}
