import Confinement
import Events
import Testing

@testable import Doorkeeper

struct JailWordsTests {
    @Test func aRoleThatCannotLeaveTheDaemonsUserSaysSo() {
        let fences = Jail.Fences(listsCalls: true, landlock: 1)
        #expect(
            Event.jailed(.listener, fences, user: "nobody", own: "7")
                == .role(.jailed(.listener, user: "nobody", fences: fences.words)))
        let kept = Jail.Fences(kept: [.user, .group], listsCalls: true, landlock: 1)
        #expect(
            Event.jailed(.verifier, kept, user: "nobody", own: "7")
                == .role(.jailed(.verifier, user: "7, which is the daemon's", fences: kept.words)))
    }

    @Test func wordsSayWhatHoldsAndWhatDoesNot() {
        let whole = Jail.Fences(listsCalls: true, landlock: 7, locksMemory: true)
        #expect(whole.words == "no privilege, listed system calls alone, Landlock, memory never swapped")
        let less = Jail.Fences(listsCalls: true, landlock: 0, locksMemory: false)
        #expect(less.words.contains("no Landlock in this kernel, but keys may be swapped to disk"))
        #expect(Jail.Fences().words == "no privilege, but NO LIST OF SYSTEM CALLS (Sandbox = off)")
        let forbidden = Jail.Fences(kept: .group, listFault: 1, landlockFault: 1)
        #expect(
            forbidden.words
                == "no privilege, but the daemon's groups, but NO LIST OF SYSTEM CALLS (seccomp: Operation not "
                + "permitted; a container's profile must allow it), no Landlock (Operation not permitted)")
        #expect(Jail.Fences(kept: [.capabilities]).words.hasPrefix("PRIVILEGE THAT IT MAY NOT GIVE UP, "))
        #expect(Jail.Fences(kept: [.newPrivileges]).words.contains("NO_NEW_PRIVS CANNOT BE SET"))
    }
}
