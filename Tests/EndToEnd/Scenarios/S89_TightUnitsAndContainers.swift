// Shows that the daemon starts with whatever part of root's power it is given, CAP_NET_RAW alone included, and opens and
// closes doors with it; that its roles are confined as far as that allows; and that the log names what is missing.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S89TightUnitsAndContainers {
        private static let door = DoorText.recording("door", "7000,8000", timeout: 1)
        private static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

        /// A place where a daemon has less than root.
        struct Place: CustomTestStringConvertible, Sendable {
            let name: String
            /// What becomes the daemon by exec.
            let wrapper: [String]
            /// The capabilities of its program's file; nil is the program that was built.
            var file: String?
            /// What the log must say of it.
            let words: [String]
            /// Whose the Listener is, and whether it has a list of system calls.
            var user = "0"
            var isListed = true

            var testDescription: String { name }
        }

        static let places = [
            Place(
                name: "many people's own unit, or --cap-drop ALL --cap-add NET_RAW,NET_ADMIN",
                wrapper: ["setpriv", "--bounding-set", "-all,+net_raw,+net_admin"],
                words: [
                    "missing: CAP_SETUID and CAP_SETGID (the roles keep the daemon's user), CAP_SETPCAP",
                    "the listener is jailed: user 0, which is the daemon's, no privilege, listed system calls alone",
                ]),
            Place(
                name: "no way to end other users' processes", wrapper: ["setpriv", "--bounding-set", "-kill"],
                words: ["missing: CAP_KILL (", "user 65523, no privilege"], user: "65523"),
            Place(
                name: "not root, with the capability on the file", wrapper: nobody, file: "cap_net_raw=ep",
                words: [
                    "missing: CAP_SETUID and CAP_SETGID", "CAP_NET_ADMIN for the commands",
                    "no ledger can be written", "user 65534, which is the daemon's, no privilege",
                ], user: "65534"),
            Place(
                name: "the same with the firewall's", wrapper: nobody, file: "cap_net_raw,cap_net_admin=ep",
                words: ["missing: CAP_SETUID and CAP_SETGID"], user: "65534"),
            Place(
                name: "not root, with ambient capabilities and no_new_privs",
                wrapper: nobody + [
                    "--no-new-privs", "--inh-caps=+net_raw,+net_admin", "--ambient-caps=+net_raw,+net_admin",
                ], words: ["missing: CAP_SETUID and CAP_SETGID"], user: "65534"),
            Place(
                name: "no_new_privs is set already", wrapper: ["setpriv", "--no-new-privs"],
                words: ["user 65523, no privilege, listed system calls alone"], user: "65523"),
            Place(
                name: "a container that refuses system calls",
                wrapper: [
                    "python3", "@DIR@/refuse",
                    "seccomp,landlock_create_ruleset,landlock_restrict_self,prlimit64,setgroups,mlockall",
                ],
                words: [
                    "but NO LIST OF SYSTEM CALLS (seccomp: ", "no Landlock (Operation not permitted)",
                    "but the daemon's groups",
                ], user: "65523", isListed: false),
            Place(
                name: "a kernel without Landlock", wrapper: ["python3", "@DIR@/refuse", "landlock_create_ruleset:38"],
                words: ["listed system calls alone, no Landlock in this kernel"], user: "65523"),
        ]

        /// Has system calls fail with EPERM, or with the number behind a colon, as a container's profile does.
        private static let refuse = """
            import ctypes, os, sys
            library = ctypes.CDLL("libseccomp.so.2")
            library.seccomp_init.restype = ctypes.c_void_p
            profile = ctypes.c_void_p(library.seccomp_init(0x7FFF0000))
            for word in sys.argv[1].split(","):
                name, _, error = word.partition(":")
                number = library.seccomp_syscall_resolve_name(name.encode())
                assert number >= 0, name
                assert library.seccomp_rule_add(profile, 0x00050000 | int(error or 1), number, 0) == 0, name
            assert library.seccomp_load(profile) == 0
            os.execvp(sys.argv[2], sys.argv[2:])
            """

        /// Starts a daemon there. Everybody can write to its scratch folder, and nobody but root to its /var/lib and /run.
        private func launch(
            _ place: Place, in site: Site, _ configuration: String, interface: String = "ks0"
        ) throws -> Daemon {
            try site.write("refuse", Self.refuse)
            try site.write("knockd.conf", configuration)
            try site.write("events", "")
            try Command.require(["chmod", "1777", site.scratch])
            try Command.require(["chmod", "666", "\(site.scratch)/events"])
            var program = Host.knockd
            if let capabilities = place.file {
                program = "\(site.scratch)/knockd"
                try Command.require(["cp", Host.knockd, program])
                try Command.require(["setcap", capabilities, program])
            }
            // The shell becomes the wrapper, and that the daemon.
            let wrapping = "set -- \(place.wrapper.joined(separator: " ")) \"$@\""
            return try site.launch(interface: ["-i", interface], preparing: wrapping, program: program)
        }

        @Test(arguments: places)
        func itStartsOpensAndCloses(place: Place) async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try launch(place, in: site, Self.door)
            try await site.waitFor("the daemon to listen") {
                if !daemon.isRunning { throw HarnessError("the daemon ended at once\n\(site.log)") }
                return daemon.output.contains("listening on")
            }
            for words in place.words { #expect(daemon.output.contains(words), "“\(words)” in \(daemon.log)") }
            #expect(daemon.output.lines(containing: "missing: ").count <= 1)
            let listener = try #require(daemon.listener).status
            #expect(listener["CapEff"] == "0000000000000000" && listener["CapPrm"] == "0000000000000000")
            #expect(listener["NoNewPrivs"] == "1")
            #expect(listener["Uid"]?.split(separator: "\t").allSatisfy { $0 == place.user } == true)
            if place.isListed { #expect(listener["Seccomp"] == "2") }
            try site.knock(7000, 8000)
            try await site.waitFor("the door to open and close") {
                site.events == ["start door 198.18.1.2", "stop door 198.18.1.2"]
            }
            daemon.signal(SIGTERM)
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(daemon.exit == 0)
        }

        @Test(arguments: [
            (nobody, "capturing packets needs CAP_NET_RAW, which this process does not have; start it as root"),
            (["setpriv", "--bounding-set", "-net_raw"], "--cap-add NET_RAW"),
        ])
        func withoutTheOneThatCapturesThereIsOneError(wrapper: [String], words: String) async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try launch(Place(name: "", wrapper: wrapper, words: []), in: site, Self.door)
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            #expect(daemon.errors.contains(words) && daemon.errors.split(separator: "\n").count == 1, "\(daemon.log)")
        }

        @Test func withoutItsSandboxItStartsEverywhere() async throws {
            let site = try Site()
            defer { site.close() }
            let place = Place(
                name: "", wrapper: ["setpriv", "--bounding-set", "-all,+net_raw,+net_admin"], words: [])
            let daemon = try launch(place, in: site, "[options]\nSandbox = off\n\n" + Self.door)
            try await site.waitFor("the daemon to listen") { daemon.output.contains("listening on") }
            #expect(daemon.output.contains("NO LIST OF SYSTEM CALLS (Sandbox = off)"))
        }

        /// A role that does not end when it is told, of a user whom the daemon may not signal.
        @Test func aRoleOfAnotherUserIsEndedWithoutTheRightToEndIt() async throws {
            let site = try Site()
            defer { site.close() }
            let place = Place(name: "", wrapper: ["setpriv", "--bounding-set", "-kill"], words: [])
            let daemon = try launch(place, in: site, Self.door, interface: "ks0,ks9")
            try await site.waitFor("the daemon to listen") { daemon.output.contains("listening on") }
            let first = try #require(daemon.listener)
            first.signal(SIGSTOP)
            try site.server.require("ip", "link", "add", "ks9", "type", "bridge")
            try site.server.require("ip", "link", "set", "ks9", "up")
            try await site.waitFor("the role to be ended") { !first.isAlive }
            try await site.waitFor("another one") { daemon.listener.map { $0 != first } ?? false }
        }
    }
}
