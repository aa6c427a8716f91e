import Linux
import Testing

@testable import Roles

struct JailTests {
    @Test(arguments: [
        Jail(user: 65_523, group: 65_523, isSandboxed: true), Jail(user: 1, group: 2, isSandboxed: false),
        Jail(user: .max, group: .max, isSandboxed: true),
    ])
    func anArgumentSurvivesARoundTrip(jail: Jail) {
        #expect(Jail(jail.argument) == jail)
    }

    @Test(arguments: [
        "", "--jail=", "--jail=1:2", "--jail=1:2:", "--jail=1:2:on", "--jail=0:2:whole", "--jail=1:0:whole",
        "--jail=-1:2:whole", "--jail=4294967296:2:whole", "--jail=1:2:whole:", "--jail=1:2:WHOLE", "jail=1:2:whole",
    ])
    func whatIsNoneIsRefused(argument: String) {
        #expect(Jail(argument) == nil)
    }

    @Test func wordsSayWhatHoldsAndWhatDoesNot() {
        let whole = Jail.Fences(listsCalls: true, landlock: 7, locksMemory: true)
        #expect(whole.words == "no privilege, listed system calls alone, Landlock, memory never swapped")
        let less = Jail.Fences(listsCalls: true, landlock: 0, locksMemory: false)
        #expect(less.words.contains("no Landlock in this kernel, but keys may be swapped out"))
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
