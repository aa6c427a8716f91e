import Base
import Glibc
import Linux
import TestSupport
import Testing

struct LeadingProcessTests {
    private func find(_ variables: [String]) -> [ProcessIdentity] {
        LeadingProcess.all().filter { $0.has(variables) }.map(\.identity)
    }

    /// The processes that were given this variable and lead a group, once there is one.
    private func leaders(with variable: String) -> [ProcessIdentity] {
        let deadline = Clock.monotonic() + 5000
        while Clock.monotonic() < deadline {
            let found = find([variable])
            if !found.isEmpty { return found }
            Clock.pause(5)
        }
        return []
    }

    @Test func aCommandIsFoundByItsVariables() throws {
        let variable = "POSTERN_TEST=\(ThisProcess.randomNumber())"
        // Another process of the same group, and one with a session of its own, have the variable too.
        let child = try ChildProcess.runShell("sleep 30 & setsid sleep 2 & wait", environment: [variable, "OTHER=a b"])
        #expect(leaders(with: variable) == [ProcessIdentity(of: child)])
        #expect(find([variable, "OTHER=a b"]).count == 1)
        #expect(find([variable, "OTHER=a"]).isEmpty)
        ChildProcess.end(group: child, atOnce: true)
        _ = waitpid(child, nil, 0)
        #expect(find([variable]).isEmpty)
    }
}
