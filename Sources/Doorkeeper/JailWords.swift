import Confinement
import Events
import Linux

extension Event {
    /// Returns the event that says how a role is confined.
    ///
    /// - Parameters:
    ///   - user: the role's user.
    ///   - own: the daemon's user, which the role kept if it could not change it.
    static func jailed(_ role: Role, _ fences: Jail.Fences, user: String, own: String) -> Event {
        let label = fences.kept.contains(.user) ? "\(own), which is the daemon's" : user
        return .role(.jailed(role, user: label, fences: fences.words))
    }
}

extension Jail.Fences {
    /// The fences that hold and those that are missing, in words.
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
                locksMemory ? "memory never swapped" : "but keys may be swapped to disk (set LimitMEMLOCK=infinity)")
        }
        return words.joined(separator: ", ")
    }

    private static func text(of fault: UInt8) -> String { SystemError("", code: Int32(fault)).reason }
}
