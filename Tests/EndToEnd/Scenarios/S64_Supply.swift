// Shows what is installed around the daemon to keep it small and alive: how tightly the systemd unit and its drop-in bind
// it, that both units and the AppArmor profile say what they mean to, and who goes first when memory runs out.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S64Supply {
        private static let analyze = Host.find("systemd-analyze") ?? "/usr/bin/systemd-analyze"
        private static let canAnalyze = [analyze, "/usr/lib/systemd/systemd"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        private static let parser = "/usr/sbin/apparmor_parser"
        /// What a kernel with AppArmor can do, since the one here may have none. It comes with the parser.
        private static let features = "/etc/apparmor.d/abi/3.0"
        private static let canParse = [parser, features].allSatisfy { FileManager.default.fileExists(atPath: $0) }

        private static func text(_ name: String) -> String { Command.text(at: "\(Host.root)/Config/\(name)") }

        // MARK: systemd

        @Test(
            .enabled(if: S64Supply.canAnalyze, "there is no systemd-analyze"),
            arguments: [(false, 3.7), (true, 2.5)])
        func theServiceIsExposedNoMoreThanThis(isStrict: Bool, most: Double) throws {
            let units = try Units(isStrict: isStrict)
            let result = try Command.run([
                Self.analyze, "security", "--offline=true", "--no-pager", "--root=\(units.path)", "knockd.service",
            ])
            let level = result.output.firstMatch(of: #/Overall exposure level for knockd.service: ([0-9.]+)/#)
            let score = try #require(level.flatMap { Double($0.1) }, "\(result.everything)")
            #expect(score <= most)
        }

        /// That other units are missing in the folder is of no matter here.
        @Test(.enabled(if: S64Supply.canAnalyze, "there is no systemd-analyze"))
        func systemdKnowsEveryLineOfTheUnits() throws {
            let units = try Units(isStrict: true)
            #expect(try units.complaints(Self.analyze) == [])
            try units.append("ProtectHom=yes\nOOMPolicy=perhaps\n")
            #expect(try units.complaints(Self.analyze).count == 2)
        }

        // MARK: AppArmor

        @Test(.enabled(if: S64Supply.canParse, "there is no apparmor_parser"))
        func theProfileIsOneThatAppArmorTakes() throws {
            let words = ["--skip-kernel-load", "--skip-cache", "--skip-read-cache", "--base", "/etc/apparmor.d"]
            let parse = [Self.parser] + words + ["--features-file", Self.features, "--Werror"]
            let profile = Self.text("knockd.apparmor")
            let result = try Command.run(parse, input: profile)
            #expect(result.succeeded, "\(result.everything)")
            let names = try Command.run(parse + ["--names"], input: profile)
            #expect(names.output.split(separator: "\n") == ["knockd", "knockd//role"])
            let wrong = profile.replacing("capability kill", with: "capability kil")
            #expect(try !Command.run(parse, input: wrong).succeeded)
        }

        // MARK: Memory

        @Test func theUnitKeepsTheDaemonWhenMemoryRunsOut() {
            let lines = Self.text("knockd.service").split(separator: "\n")
            #expect(lines.contains("OOMScoreAdjust=-900"))
            // Else systemd would stop the daemon when the kernel has ended a role or a command.
            #expect(lines.contains("OOMPolicy=continue"))
        }

        /// -900 takes a privilege that a container may lack, so the test goes the other way: the daemon is at 50.
        @Test func theDoorkeeperIsTheLastToGo() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            // It is told so right after it was started.
            let told = "until ! grep -qx 50 /proc/self/oom_score_adj; do sleep 0.05; done"
            let tell = "\(told); cat /proc/self/oom_score_adj >> @DIR@/command"
            let door = DoorText.section("door", "7000,8000", ["keys = laptop", "start_command = \(tell)"])
            let daemon = try await site.start(
                Site.signedOptions() + door, arguments: ["-l"], preparing: "echo 50 >/proc/self/oom_score_adj")
            try site.knock(7000, 8000)
            try await site.waitFor("the command") { site.read("command").hasSuffix("\n") }
            #expect(site.read("command") == "150\n")
            #expect(daemon.this.memoryPreference == 50)
            func roles() -> [Int] {
                [daemon.listener, daemon.verifier, daemon.resolver].compactMap { $0?.memoryPreference }
            }
            try? await site.waitFor("all roles") { roles() == [150, 150, 150] }
            #expect(roles() == [150, 150, 150])
        }
    }
}

extension RunningProcess {
    /// How soon the kernel ends it when memory runs out, from -1000 to 1000.
    fileprivate var memoryPreference: Int? {
        Int(Command.text(at: "/proc/\(pid)/oom_score_adj").filter { !$0.isWhitespace })
    }
}

/// A folder that systemd takes for a root, with our unit in it, and the drop-in if wanted; it goes with its last user.
private final class Units {
    let path = "\(NSTemporaryDirectory())postern-\(Tag.next())"
    private var unit: String { "\(path)/etc/systemd/system/knockd.service" }

    init(isStrict: Bool) throws {
        try FileManager.default.createDirectory(atPath: "\(unit).d", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(Host.root)/Config/knockd.service", toPath: unit)
        if isStrict {
            try FileManager.default.copyItem(
                atPath: "\(Host.root)/Config/knockd-strict.conf", toPath: "\(unit).d/knockd-strict.conf")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes more lines to the end of the drop-in.
    func append(_ lines: String) throws {
        let file = "\(unit).d/knockd-strict.conf"
        try (Command.text(at: file) + lines).write(toFile: file, atomically: false, encoding: .utf8)
    }

    /// What systemd says of single lines of the files.
    func complaints(_ analyze: String) throws -> [String] {
        let words = [analyze, "verify", "--man=no", "--root=\(path)", "knockd.service"]
        return try Command.run(words).everything.split(separator: "\n").map(String.init)
            .filter { $0.contains(#/\/knockd[^ ]*:\d+: /#) }
    }
}
