import Glibc
import Linux
import TestSupport
import Testing

struct ProgramTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func aProgramIsAFileThatSomebodyMayRun() throws {
        let path = try directory.write([], to: "tool")
        for (mode, isProgram) in [(0o755, true), (0o700, true), (0o001, true), (0o644, false), (0o600, false)] {
            #expect(unsafe chmod(path, mode_t(mode)) == 0)
            #expect(Program.exists(at: path) == isProgram, "mode \(String(mode, radix: 8))")
        }
        #expect(!Program.exists(at: directory.path), "a directory")
        #expect(!Program.exists(at: directory.path("missing")))
        #expect(!Program.exists(at: path + "/below"))
    }

    @Test func aNameIsLookedForInEveryDirectory() throws {
        let path = try directory.write([], to: "tool")
        #expect(unsafe chmod(path, 0o755) == 0)
        #expect(Program.exists(named: "tool", in: "/nowhere:\(directory.path)"))
        #expect(Program.exists(named: "tool", in: "\(directory.path):/nowhere"))
        #expect(!Program.exists(named: "tool", in: "/nowhere"))
        #expect(!Program.exists(named: "tool", in: ""))
    }

    @Test func theSystemsOwnDirectoriesAreSearched() {
        #expect(Program.exists(named: "sh", in: Program.searchPath))
        #expect(Program.searchPath.split(separator: ":").contains("/usr/sbin"))
    }
}
