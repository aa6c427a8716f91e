import Foundation
import Linux
import TestSupport
import Testing

@testable import Actions

/// Commands as the kernel runs them. Reaping takes every child of the process, so that each test has a process of its
/// own.
struct ShellStarterTests {
    /// How a child ends; nil if it does not within ten seconds.
    private static func ending(of process: Int32) -> ChildProcess.Ending? {
        let deadline = Clock.monotonic() + 10_000
        while Clock.monotonic() < deadline {
            if let (ended, ending) = ChildProcess.reap() {
                if ended == process { return ending }
            } else {
                Clock.pause(1)
            }
        }
        return nil
    }

    private static func run(_ command: String) -> ChildProcess.Ending? {
        (try? ShellStarter().start(command, environment: [])).flatMap(ending)
    }

    /// Whether something becomes true within ten seconds.
    private static func becomesTrue(_ condition: () -> Bool) -> Bool {
        let deadline = Clock.monotonic() + 10_000
        while Clock.monotonic() < deadline {
            if condition() { return true }
            Clock.pause(1)
        }
        return false
    }

    @Test func theStatusIsTheShells() async {
        await #expect(processExitsWith: .success) {
            for (command, status) in [("true", 0), ("exit 3", 3), ("exit 255", 255), ("no-such-command-here", 127)] {
                #expect(ShellStarterTests.run(command + " 2>/dev/null") == .exited(Int32(status)), "\(command)")
            }
        }
    }

    @Test func aSignalIsNoStatus() async {
        await #expect(processExitsWith: .success) {
            #expect(ShellStarterTests.run("kill -9 $$") == .killed(signal: 9))
            #expect(ShellStarterTests.run("kill -15 $$") == .killed(signal: 15))
        }
    }

    @Test func withoutChildrenThereIsNothingToReap() async {
        await #expect(processExitsWith: .success) {
            #expect(ChildProcess.reap() == nil)
        }
    }

    /// The fifth word of /proc/PID/stat is the process group.
    @Test func aCommandLeadsAGroupOfItsOwn() async {
        await #expect(processExitsWith: .success) {
            #expect(ShellStarterTests.run("set -- $(cat /proc/$$/stat); [ $5 = $$ ]") == .exited(0))
        }
    }

    @Test func aCommandHasNoneOfOurDescriptors() async {
        await #expect(processExitsWith: .success) {
            // Inherited by default, and likely to be there after a restart of a standard stream.
            let descriptor = dup(0)
            #expect(descriptor > 2)
            let check = "for f in /proc/$$/fd/*; do case ${f##*/} in 0|1|2|255) ;; *) [ ! -e $f ] || exit 1; esac; done"
            #expect(ShellStarterTests.run(check) == .exited(0))
            #expect(ShellStarterTests.run("[ \"$(readlink /proc/$$/fd/0)\" = /dev/null ]") == .exited(0))
        }
    }

    @Test func aCommandHasTheEnvironmentTheMaskAndTheDirectory() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("POSTERN_TEST", "a b", 1)
            umask(0o027)
            #expect(ShellStarterTests.run("[ \"$POSTERN_TEST\" = 'a b' ]") == .exited(0))
            #expect(ShellStarterTests.run("[ $(umask) = 0027 ]") == .exited(0))
            let directory = FileManager.default.currentDirectoryPath
            #expect(ShellStarterTests.run("[ \"$(pwd -P)\" = '\(directory)' ]") == .exited(0))
        }
    }

    @Test func variablesOfItsOwnCountBeforeInheritedOnes() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("KNOCK_DOOR", "forged", 1)
            unsafe setenv("KNOCK_DOOR_2", "kept", 1)
            let check =
                "[ \"$KNOCK_DOOR\" = 'a \"b' ] && [ \"$KNOCK_DOOR_2\" = kept ] && [ \"${KNOCK_KEY-unset}\" = '' ] "
                + "&& [ $(env | grep -c '^KNOCK_DOOR=') = 1 ]"
            let process = try ShellStarter().start(check, environment: ["KNOCK_DOOR=a \"b", "KNOCK_KEY="])
            #expect(ShellStarterTests.ending(of: process) == .exited(0))
        }
    }

    /// The daemon blocks signals and ignores SIGPIPE; what it runs must not.
    @Test func aCommandHasTheSignalsThatTheDaemonWasStartedWith() async {
        await #expect(processExitsWith: .success) {
            // A thread of a test may have signals blocked, unlike a daemon's first.
            var none = sigset_t()
            unsafe sigemptyset(&none)
            unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
            let signals = try Signals()
            for (name, number) in [("TERM", 15), ("HUP", 1), ("INT", 2), ("PIPE", 13)] {
                #expect(ShellStarterTests.run("kill -\(name) $$; exit 0") == .killed(signal: Int32(number)))
            }
            withExtendedLifetime(signals) {}
        }
    }

    @Test func endingAGroupEndsAllThatTheCommandRan() async {
        await #expect(processExitsWith: .success) {
            for (atOnce, signal) in [(false, 15), (true, 9)] {
                let starter = ShellStarter()
                // Not its last command, so that the shell does not become it.
                let process = try starter.start("sleep 100; true", environment: [])
                #expect(starter.isAlive(group: process))
                starter.end(group: process, atOnce: atOnce)
                #expect(ShellStarterTests.ending(of: process) == .killed(signal: Int32(signal)))
                #expect(ShellStarterTests.becomesTrue { !starter.isAlive(group: process) })
                starter.end(group: process, atOnce: true)
            }
        }
    }

    @Test func aGroupLivesAsLongAsOneOfItsProcesses() async {
        await #expect(processExitsWith: .success) {
            let starter = ShellStarter()
            let process = try starter.start("sleep 100 & exit 7", environment: [])
            #expect(ShellStarterTests.ending(of: process) == .exited(7))
            #expect(starter.isAlive(group: process))
            starter.end(group: process, atOnce: true)
            #expect(ShellStarterTests.becomesTrue { !starter.isAlive(group: process) })
        }
    }

    @Test func theRunnerEndsACommandThatDoesNotListen() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let deaf = "trap '' TERM; : > \(directory.path("deaf")); sleep 100; exit 1"
            var runner = CommandRunner<ShellStarter, Int, Int, Int>(starter: ShellStarter())
            let lane = Lane(door: 1, holder: 1)
            _ = runner.run(.init(kind: .start, command: deaf, limit: 0, lane: lane, purpose: 1), now: 0)
            guard ShellStarterTests.becomesTrue({ Files.exists(directory.path("deaf")) }) else { exit(1) }
            _ = runner.advance(to: 0)
            _ = runner.advance(to: 5000)
            var endings: [ChildProcess.Ending] = []
            let deadline = Clock.monotonic() + 10_000
            while !runner.isIdle, Clock.monotonic() < deadline {
                var outcomes = runner.advance(to: 5001)
                if let (process, ending) = ChildProcess.reap() {
                    outcomes += runner.childEnded(process, ending, now: 5001)
                } else {
                    Clock.pause(1)
                }
                for case .ended(_, let ending, .limit) in outcomes { endings.append(ending) }
            }
            #expect(endings == [.killed(signal: 9)])
        }
    }
}
