import Glibc
import Testing

@testable import Linux

struct OutOfMemoryTests {
    @Test(arguments: [(-1000, 0), (-900, 0), (-100, 0), (-50, 50), (0, 100), (500, 600), (950, 1000), (1000, 1000)])
    func whatIsStartedIsNoSaferThanAnyOtherAndGoesFirst(own: Int, started: Int) {
        #expect(OutOfMemory.value(under: own) == started)
    }

    @Test func commandsAndRolesGoBeforeTheProcessThatStartedThem() throws {
        let own = try #require(OutOfMemory.value(of: "self"))
        let (near, far) = try RoleChannel.socketPair()
        let command = try ChildProcess.runShell("kill -STOP $$")
        let role = try ChildProcess.runRole("/bin/sh", ["sh", "-c", "kill -STOP $$"], channels: [far])
        for process in [command, role] {
            var status: Int32 = 0
            #expect(unsafe waitpid(process, &status, WUNTRACED) == process)
            #expect(OutOfMemory.value(of: "\(process)") == OutOfMemory.value(under: own))
            #expect(kill(process, SIGKILL) == 0)
            #expect(unsafe waitpid(process, &status, 0) == process)
        }
        #expect(OutOfMemory.value(of: "self") == own)
        withExtendedLifetime(near) {}
    }

    @Test func whoIsNotThereHasNoValue() {
        #expect(OutOfMemory.value(of: "0") == nil)
        OutOfMemory.prefer(0)
    }
}
