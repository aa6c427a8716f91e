// Shows that keys can change while the daemon runs: what knockctl does counts within a second, a rotation locks nobody out, a
// revocation closes what the key holds open. A file that cannot be used is told, with the command that mends it, and the
// key's last good state stays. A reload may bring a signed door, another port, another window.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S49Keys {
        private static let anyKey = Site.signedOptions() + DoorText.signed("door", keys: "*", timeout: 60)

        @Test(.alone) func aNewKeyCountsWithinASecond() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try await site.start(Self.anyKey)
            for name in ["phone", "tablet"] {
                try site.makeKeys(name)
                // All that is done here meanwhile leaves the daemon less than the second that it has.
                let made = ContinuousClock.now
                try await Task.sleep(for: .milliseconds(400))
                let knock = try site.sign("door", key: name)
                try await Task.sleep(until: made + .milliseconds(900), clock: .continuous)
                try site.send(knock)
                try await site.waitForLog("198.18.1.2: door: signed knock from \(name) (generation 1)")
            }
        }

        @Test(.alone) func aDirectoryThatComesLaterCountsWithinASecond() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(Self.anyKey)
            #expect(daemon.errors.contains("there is no such directory; run mkdir -p -m 700 \(site.keyDirectory)"))
            try site.makeKeys("laptop")
            try await Task.sleep(for: .milliseconds(900))
            try site.knockSigned("door")
            try await site.waitFor("the door") { !site.openings.isEmpty }
        }

        @Test func bothGenerationsOpenUntilTheGraceIsOver() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.anyKey)
            try site.knockSigned("door", from: "198.18.1.2")
            try await site.waitForLog("198.18.1.2: door: signed knock from laptop (generation 1)")
            try Command.require(["cp", "\(site.scratch)/client/laptop.key", "\(site.scratch)/client/old.key"])
            try site.knockctl(at: daemon, "rotate", "laptop", "--grace", "12s")
            let rotated = ContinuousClock.now
            try site.export("laptop")
            try site.knockSigned("door", key: "laptop", from: "198.18.1.3")
            try site.knockSigned("door", key: "old", from: "198.18.1.4")
            try await site.waitForLog("198.18.1.3: door: signed knock from laptop (generation 2)")
            try await site.waitForLog("198.18.1.4: door: signed knock from laptop (generation 1)")
            let copy = try site.sign("door", key: "old")

            try await Task.sleep(until: rotated + .seconds(13.2), clock: .continuous)
            let before = site.openings.count
            try site.send(copy, from: "198.18.1.5")
            try site.knockSigned("door", key: "old", from: "198.18.1.6")
            try await site.waitForLog(
                "198.18.1.6: signed by laptop (generation 1), which is no longer valid")
            try site.knockSigned("door", key: "laptop", from: "198.18.1.7")
            try await site.waitForLog("198.18.1.7: door: signed knock from laptop (generation 2)")
            #expect(site.openings.count == before + 1)
            #expect(!site.events.contains { $0.hasPrefix("stop") }, "what is retired still holds what it opened")
        }

        @Test(.alone) func revokingEndsAKeysHoldsAndRunsStop() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            try await site.start(Self.anyKey)
            try site.knockSigned("door", from: "198.18.1.2")
            try site.knockSigned("door", from: "198.18.1.3")
            try await site.waitFor("both openings") { site.events.count == 2 }
            try site.knockSigned("door", key: "phone", from: "198.18.1.3")
            try await site.waitForLog("198.18.1.3: door: stays open")
            try site.knockctl("revoke", "laptop")
            try await site.waitFor("the stop", within: 1.5) { site.events.last == "stop door 198.18.1.2" }
            #expect(site.log.contains("closing 2 openings of revoked keys"))
            try site.knockSigned("door", from: "198.18.1.4")
            try site.knockSigned("door", key: "phone", from: "198.18.1.5")
            try await site.waitForLog("198.18.1.5: door: OPEN SESAME")
            #expect(!site.log.contains("198.18.1.4"), "what is revoked is nobody's")
            #expect(site.events.count { $0.hasPrefix("stop") } == 1, "the phone holds the other")
        }

        @Test func oneGenerationCanBeRevoked() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.anyKey)
            try site.knockSigned("door", from: "198.18.1.2")
            try await site.waitFor("the opening") { site.events.count == 1 }
            try site.knockctl(at: daemon, "rotate", "laptop")
            try site.export("laptop", to: "new")
            try site.knockSigned("door", key: "new", from: "198.18.1.3")
            try await site.waitForLog("198.18.1.3: door: signed knock from laptop (generation 2)")
            try site.knockctl("revoke", "laptop", "--generation", "1")
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            try site.knockSigned("door", key: "laptop", from: "198.18.1.4")
            try site.knockSigned("door", key: "new", from: "198.18.1.5")
            try await site.waitForLog("198.18.1.5: door: OPEN SESAME")
            #expect(site.openings == ["2", "3", "5"].map { "door 198.18.1.\($0)" })
            #expect(site.events.count { $0.hasPrefix("stop") } == 1)
        }

        @Test func aRevokedKeysDoorIsClosedThoughTheDaemonWasDown() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.anyKey)
            try site.knockSigned("door")
            try await site.waitFor("the opening") { site.events.count == 1 }
            try await site.waitForRecord(of: 1)
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
            try site.knockctl("revoke", "laptop")
            try await site.start(Self.anyKey)
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
        }

        /// What can be wrong with a key file: the shell's way to it (`F` is the file), and what the daemon says.
        /// Each is one step, since a file that is gone for 100 ms is a removed key.
        private static let faults = [
            ("echo nonsense >> F", ":12:1: "), ("truncate -s 60 F", "there is no section [key]; "),
            (": > F", "there is no section [key]; "),
            ("truncate -s -9 F", "state"),
            ("head -c 70000 /dev/zero > F", "the file is too large; run ls -l "),
            ("chmod 640 F", "others than the owner can use it (mode 640); run chmod 600 "),
            ("chown 1234 F", "it belongs to the user 1234, who can change it; run chown root "),
            (
                "cp -p F F.away && ln -s F.away F.new && mv -T F.new F",
                "this is a symbolic link; run mv \"$(readlink -f "
            ),
            (
                // RENAME_EXCHANGE, from renameat2(2).
                "mkdir F.new && python3 -c 'import ctypes; "
                    + "ctypes.CDLL(None).renameat2(-100, b\"F.new\", -100, b\"F\", 2)'",
                "this is no regular file; run rm -r "
            ),
            ("sed -i 's/^server = gw/server = other/' F", "edited"),
            (
                "sed -i 's/^name = laptop/name = other/' F",
                "the name of the file differs from that of its key, other; run mv -n "
            ),
        ]

        @Test func aFileThatCannotBeUsedIsToldAndItsLastGoodStateStays() async {
            await sideBySide(Self.faults) { change, say in
                let site = try Site()
                defer { site.close() }
                try site.makeKeys("laptop", "phone")
                let daemon = try await site.start(Self.anyKey)
                let file = "\(site.keyDirectory)/laptop.key"
                try Command.require(["sh", "-c", change.replacingOccurrences(of: "F", with: file)])
                try await site.waitFor("the diagnostic") {
                    !daemon.errors.lines(containing: "\(file):").isEmpty
                }
                let diagnostic = try #require(daemon.errors.lines(containing: "\(file):").first)
                #expect(diagnostic.contains(say), "\(diagnostic)")
                #expect(!daemon.log.contains(try secret(site)), "no message quotes a secret")
                try site.knockSigned("door", from: "198.18.1.2")
                try site.knockSigned("door", key: "phone", from: "198.18.1.3")
                try await site.waitFor("both openings") { site.openings.count == 2 }

                // Another daemon has no last good state; it says the same, and the other key counts.
                daemon.signal(SIGTERM)
                try await site.waitFor("the daemon to end") { !daemon.isRunning }
                let next = try await site.start(Self.anyKey)
                #expect(next.errors.contains(diagnostic), "\(next.log)")
                try site.knockSigned("door", from: "198.18.1.4")
                try site.knockSigned("door", key: "phone", from: "198.18.1.5")
                try await site.waitFor("the other key's opening") { site.openings.count == 3 }
                #expect(site.openings.last == "door 198.18.1.5")

                let check = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
                #expect(check.status == 1 && check.everything.contains(say), "\(check.everything)")
            }
        }

        private func secret(_ site: Site) throws -> String {
            let line = site.read("client/laptop.key").lines(containing: "secret = ").first
            return String(try #require(line).dropFirst("secret = ".count))
        }

        @Test func theMendingCommandMends() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let file = "\(site.keyDirectory)/laptop.key"
            let breaks = [
                "chmod 644 \(file)", "mv \(file) \(file).away && ln -s \(file).away \(file)", "chown 1234 \(file)",
            ]
            for (number, change) in breaks.enumerated() {
                try Command.require(["sh", "-c", change])
                // Without another door it would not go on.
                let daemon = try await site.start(Self.anyKey + DoorText.recording("classic", "7000,8000"))
                let line = try #require(daemon.errors.lines(containing: "\(file):").first, "\(daemon.log)")
                let command = try #require(line.firstMatch(of: #/; run (.*)$/#)?.1)
                try site.send(try site.sign("door"), from: "198.18.1.9")
                try Command.require(["sh", "-c", String(command)])
                try await site.knockSignedUntilOpen("door", from: "198.18.1.\(number + 2)")
                #expect(site.openings.last == "door 198.18.1.\(number + 2)")
                daemon.signal(SIGTERM)
                try await site.waitFor("the daemon to end") { !daemon.isRunning }
            }
            #expect(!site.openings.contains("door 198.18.1.9"))
        }

        @Test func aKeyWhoseFileIsRemovedOpensNoMore() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            try await site.start(Self.anyKey)
            let knock = try site.knockSigned("door")
            try await site.waitFor("the opening") { site.events.count == 1 }
            let file = "\(site.keyDirectory)/laptop.key"
            try Command.require(["mv", file, "\(site.scratch)/away"])
            // The daemon looks again in a moment. The other key's knock, which comes later, shows that the first was judged.
            var source = 30
            try await site.waitFor("its knock to open nothing") {
                source += 1
                try site.knockSigned("door", from: "198.18.1.\(source)")
                try site.knockSigned("door", key: "phone", from: "198.18.2.\(source)")
                try await site.waitFor("the other key") { site.openings.contains("door 198.18.2.\(source)") }
                return !site.openings.contains("door 198.18.1.\(source)")
            }
            let known = site.openings.count
            #expect(site.events.count { $0.hasPrefix("stop") } == 0)
            // It may come back, and what it had spent is spent.
            try Command.require(["mv", "\(site.scratch)/away", file])
            try await site.knockSignedUntilOpen("door", from: "198.18.1.6")
            try site.send(knock, from: "198.18.1.5")
            try await site.waitForLog(
                "198.18.1.5: door: signed knock from laptop (generation 1) refused: it was sent before")
            #expect(site.openings.dropFirst(known) == ["door 198.18.1.6"])
        }

        @Test func aReloadMayBringTheFirstSignedDoor() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let classic = DoorText.recording("classic", "7000,8000", timeout: 60)
            let daemon = try await site.start(classic)
            #expect(daemon.verifier == nil)
            try site.knock(7000, 8000)
            try await site.waitFor("the classic door") { site.events.count == 1 }
            let signed = Site.signedOptions() + DoorText.signed("door", keys: "*", timeout: 5)
            try site.write("knockd.conf", signed + classic)
            daemon.signal(SIGHUP)
            try await site.waitFor("a Verifier") { daemon.verifier != nil }
            try await site.knockSignedUntilOpen("door")
            try site.knock(7000, 8000, from: "198.18.1.3")
            try await site.waitFor("the classic door") { site.openings.last == "classic 198.18.1.3" }
            // And take it away again.
            try site.write("knockd.conf", classic)
            daemon.signal(SIGHUP)
            try await site.waitFor("no Verifier") { daemon.verifier == nil }
            try await site.waitFor("the stop of the door that is gone") {
                site.events.contains("stop door 198.18.1.2")
            }
            #expect(daemon.errors == "", "\(daemon.log)")
        }

        @Test func aReloadMayChangePortAndWindow() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let door = DoorText.signed("door", timeout: 60)
            let daemon = try await site.start(Site.signedOptions() + door)
            let listener = daemon.listener
            let late = try site.sign("door", "time=\(Site.timestamp + 25_000)")
            try site.send(late)
            try await site.waitFor("a knock within 30 s") { site.openings.count == 1 }
            try site.write("knockd.conf", Site.signedOptions("SignedPort = 5555", "TimeWindow = 5") + door)
            daemon.signal(SIGHUP)
            try await site.waitForLog("re-reading config file")
            func sendToNewPort(_ knock: String, from source: String) throws {
                try site.inject(["0 " + site.frame(5555, from: source, "udp -", "data=\(knock)")])
            }
            try await site.sendUntilOpen("a knock at the new port") {
                try sendToNewPort(try site.sign("door"), from: "198.18.1.6")
            }
            try site.knockSigned("door", from: "198.18.1.3")
            try sendToNewPort(try site.sign("door", "time=\(Site.timestamp + 25_000)"), from: "198.18.1.4")
            try await site.waitForLog(
                "198.18.1.4: door: signed knock from laptop (generation 1) refused: the clocks differ by 2")
            try sendToNewPort(try site.sign("door"), from: "198.18.1.5")
            try await site.waitFor("the knock at the new port") { site.openings.last == "door 198.18.1.5" }
            #expect(site.openings == ["2", "6", "5"].map { "door 198.18.1.\($0)" })
            #expect(daemon.listener == listener, "neither takes a new Listener")
        }

        /// docs/KEYS.md, "Rotation", without the network between.
        @Test func oneLineRotates() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try await site.start(Self.anyKey)
            let (server, client) = ("--directory \(site.keyDirectory)", "--directory \(site.scratch)/client-keys")
            let tool = "'\(Host.knockctl)' keys"
            try Command.require([
                "sh", "-c", "\(tool) export laptop \(server) | \(tool) import --name laptop - \(client)",
            ])
            let said = try Command.run([
                "sh", "-c",
                "sh -c \"\(tool) rotate laptop --grace 3d \(server) >&2 && \(tool) export laptop \(server)\""
                    + " | \(tool) import --name laptop - \(client)",
            ])
            #expect(said.succeeded, "\(said.everything)")
            let key = "\(site.scratch)/client-keys/laptop.key"
            let text = Command.text(at: key)
            #expect(text.contains("[generation 1]") && text.contains("[generation 2]"), "\(text)")
            #expect(!said.everything.contains("secret"), "\(said.everything)")
            try Command.require(["cp", key, "\(site.scratch)/client/both.key"])
            try await site.knockSignedUntilOpen("door", key: "both")
            #expect(site.log.contains("198.18.1.2: door: signed knock from laptop (generation 2)"))
        }
    }
}
