// Shows what `make install` puts where, that it leaves alone what belongs to the administrator, that `make uninstall`
// takes it away again, and that the init script starts, finds and ends the daemon.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S31Install {
        private static let files = [
            "/etc/default/knockd 644", "/etc/init.d/knockd 755", "/etc/knockd.conf 600", "/etc/logrotate.d/knockd 644",
            "/usr/bin/knock 755", "/usr/bin/knockctl 755", "/usr/lib/systemd/system/knockd.service 644",
            "/usr/sbin/knockd 755",
            "/usr/share/doc/knockd/knockd-strict.conf 644", "/usr/share/doc/knockd/knockd.apparmor 644",
            "/usr/share/man/man1/knock.1 644", "/usr/share/man/man8/knockd.8 644",
        ]

        @Test func everyFileIsInstalledOnceWithItsMode() throws {
            let target = try Target()
            try target.make("install", "PREFIX=/usr")
            let found = try target.files()
            #expect(Set(found).isSuperset(of: Self.files), "\(found)")
            // Nothing else but manuals.
            #expect(found.filter { !Self.files.contains($0) && !$0.hasPrefix("/usr/share/man/man") } == [])
        }

        @Test(arguments: ["/usr", "/usr/local", "/opt/postern"])
        func unitInitScriptAndProfileNameTheDaemonThatWasInstalled(prefix: String) throws {
            let target = try Target()
            try target.make("install", "PREFIX=\(prefix)")
            let units = prefix == "/usr" ? "/usr" : "/usr/local"
            let unit = target.read("\(units)/lib/systemd/system/knockd.service")
            #expect(unit.lines(containing: "ExecStart=") == ["ExecStart=\(prefix)/sbin/knockd $KNOCKD_OPTS"])
            #expect(target.read("/etc/init.d/knockd").lines(containing: "DAEMON=") == ["DAEMON=\(prefix)/sbin/knockd"])
            let profile = target.read("\(prefix)/share/doc/knockd/knockd.apparmor")
            #expect(profile.lines(containing: "profile knockd ") == ["profile knockd \(prefix)/sbin/knockd {"])
            #expect(try target.files().contains("\(prefix)/sbin/knockd 755"))
        }

        @Test(arguments: ["sbin/knockd", "bin/knock", "bin/knockctl"])
        func aProgramIsInstalledWithoutItsSymbolsAndNamesTheFileThatHasThem(program: String) throws {
            let target = try Target()
            try target.make("install", "PREFIX=/usr")
            let installed = "\(target.path)/usr/\(program)"
            let sections = try Command.require(["readelf", "--section-headers", "--wide", installed])
            #expect(!sections.contains(".symtab") && !sections.contains(".debug_info"))
            let name = program.split(separator: "/")[1]
            #expect(
                try Command.require(["readelf", "--string-dump=.gnu_debuglink", installed]).contains("\(name).debug"))
            let symbols = try Command.require([
                "readelf", "--section-headers", "--wide", "\(target.built)/\(name).debug",
            ])
            #expect(symbols.contains(".symtab") && symbols.contains(".debug_info"))
            #expect(try Command.run([installed, "--version"]).status == 0)
        }

        @Test func whatTheAdministratorWroteIsKept() throws {
            let target = try Target()
            try target.make("install")
            let edited = ["/etc/knockd.conf", "/etc/default/knockd", "/etc/logrotate.d/knockd"]
            for file in edited { try "mine\n".write(toFile: target.path + file, atomically: false, encoding: .utf8) }
            try target.make("install")
            try target.make("uninstall")
            #expect(edited.map(target.read) == ["mine\n", "mine\n", "mine\n"])
        }

        @Test func uninstallLeavesConfigurationOnly() throws {
            let target = try Target()
            for prefix in ["/usr", "/usr/local"] { try target.make("install", "PREFIX=\(prefix)") }
            for prefix in ["/usr", "/usr/local"] { try target.make("uninstall", "PREFIX=\(prefix)") }
            #expect(try target.files() == ["/etc/default/knockd 644", "/etc/knockd.conf 600"])
        }

        @Test func theConfigurationThatIsInstalledIsGood() throws {
            let target = try Target()
            try target.make("install")
            let result = try Command.run([Host.knockd, "--check", "-c", target.path + "/etc/knockd.conf"])
            #expect(result.status == 0, "\(result)")
            #expect(result.output.hasSuffix("OK: 0 doors\n"), "\(result)")
        }

        @Test(.enabled(if: S31Install.canDetach, "this knockd has no -d yet"))
        func theInitScriptStartsFindsAndEndsTheDaemon() async throws {
            let site = try Site()
            defer { site.close() }
            let machine = try Machine(site)
            #expect(try machine.run("status") == 3)
            // As installed, it does not start.
            #expect(try machine.run("start") == 0)
            #expect(try machine.run("status") == 3)
            try machine.configure("START_KNOCKD=1\nKNOCKD_OPTS=\"-i ks0 -g @DIR@/log\"\n")
            #expect(try machine.run("start") == 0)
            let first = try #require(machine.daemon)
            try await site.waitFor("the options to count") {
                site.read("log").contains("starting up, listening on ks0")
            }
            // umask 0037: nobody else reads who came in.
            #expect(try Command.require(["stat", "-c", "%a", "\(site.scratch)/log"]) == "640\n")
            #expect(try machine.run("status") == 0)
            #expect(try machine.run("start") == 0)
            #expect(machine.daemon == first)
            #expect(try machine.run("reload") == 0)
            #expect(try machine.run("restart") == 0)
            #expect(!first.isAlive)
            let second = try #require(machine.daemon)
            #expect(second.isAlive)
            #expect(try machine.run("stop") == 0)
            #expect(!second.isAlive)
            #expect(try machine.run("status") == 3)
            #expect(try machine.run("reload") == 7)
        }

        private static var canDetach: Bool {
            (try? Command.run([Host.knockd, "--help"]))?.output.contains("--daemon") ?? false
        }
    }
}

/// A folder that things are installed below; it goes with its last user.
private final class Target {
    let path = "\(NSTemporaryDirectory())postern-\(Tag.next())"
    /// Where the programs are that are installed.
    let built = URL(fileURLWithPath: Host.knockd).deletingLastPathComponent().path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func make(_ words: String...) throws {
        let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
        try Command.require(["make", "-s", "-C", String(root), "DESTDIR=\(path)", "BUILT=\(built)"] + words)
    }

    /// Every file with its mode, in alphabetic order.
    func files() throws -> [String] {
        try Command.require(["find", path, "-type", "f", "-printf", "/%P %m\n"]).split(separator: "\n").map(String.init)
            .sorted()
    }

    func read(_ file: String) -> String { Command.text(at: path + file) }
}

/// The server of a site as a machine with the init script, whose /etc/default, /run and /var/lib are in the scratch
/// folder.
private struct Machine {
    private let site: Site
    private let target = try? Target()

    init(_ site: Site) throws {
        self.site = site
        try target?.make("install")
        try site.write("init", read("/etc/init.d/knockd").replacing("/usr/local/sbin/knockd", with: Host.knockd))
        try FileManager.default.createDirectory(atPath: "\(site.scratch)/default", withIntermediateDirectories: true)
        try configure(read("/etc/default/knockd"))
        try site.write("knockd.conf", DoorText.recording("door", "7000,8000"))
    }

    private func read(_ file: String) -> String { target?.read(file) ?? "" }

    func configure(_ text: String) throws {
        let file = "-c @DIR@/knockd.conf"
        try site.write("default/knockd", text.replacing("KNOCKD_OPTS=\"", with: "KNOCKD_OPTS=\"\(file) "))
    }

    /// The daemon that the pidfile names, if any.
    var daemon: RunningProcess? {
        Int32(site.read("run/knockd.pid").filter { !$0.isWhitespace }).map(RunningProcess.init)
    }

    func run(_ word: String) throws -> Int32 {
        let mounts = [("varlib", "/var/lib"), ("run", "/run"), ("varlog", "/var/log"), ("default", "/etc/default")]
        let script =
            ["mount --make-rprivate /"] + mounts.map { "mount --bind '\(site.scratch)/\($0.0)' \($0.1)" }
            + ["exec sh '\(site.scratch)/init' \(word)"]
        return try site.server.run(["sh", "-c", script.joined(separator: " && ")]).status
    }
}
