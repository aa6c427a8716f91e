// Shows that a running daemon and its next start agree about keys, or say in what they differ: what is in force from memory
// only is told and listed; another ServerName and a removed file count at once; doors none of whose keys can be used are an
// error at the start, which ends the daemon only if no other door is left. Two daemons do not share keys. A knock right
// behind a rotation opens. The keys lie in locked memory.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S81WhatARestartWouldSay {
        private static let classic = DoorText.recording("classic", "7000,8000", timeout: 60)
        private static let fromMemory = "in force from memory only"

        private func reload(_ daemon: Daemon, _ site: Site, _ configuration: String) async throws {
            try site.write("knockd.conf", configuration)
            let before = site.log.lines(containing: "re-reading config file").count
            daemon.signal(SIGHUP)
            try await site.waitFor("the reload") {
                site.log.lines(containing: "re-reading config file").count > before
            }
        }

        @Test(arguments: [
            "chmod 644 D/laptop.key", "chmod 755 D",
            "cp -p D/laptop.key D/copy.key && sed -i 's/^name = .*/name = copy/' D/copy.key",
        ])
        func whatIsInForceFromMemoryOnlyIsToldAndListed(change: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(
                Site.signedOptions() + DoorText.signed("door", timeout: 60) + Self.classic)
            try Command.require(["sh", "-c", change.replacingOccurrences(of: "D", with: site.keyDirectory)])
            try await site.waitForLog(
                "\(site.keyDirectory): in force from memory only, and refused at the next start: laptop")
            try site.knockSigned("door")
            try await site.waitFor("the door") { site.openings == ["door 198.18.1.2"] }
            try await site.waitFor("the listing") {
                try site.knockctl(at: daemon, "list").output.contains("laptop  gw      1           \(Self.fromMemory)")
            }
            // The next start says the same, and goes on with its other door.
            daemon.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            let next = try await site.start(Site.signedOptions() + DoorText.signed("door") + Self.classic)
            #expect(next.errors.contains("door door: none of its keys can be used"), "\(next.log)")
            #expect(try !site.knockctl(at: next, "list").output.contains(Self.fromMemory))
            try site.knock(7000, 8000)
            try await site.waitFor("the other door") { site.openings.last == "classic 198.18.1.2" }
        }

        @Test func withoutAnotherDoorTheDaemonEnds() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try Command.require(["chmod", "644", "\(site.keyDirectory)/laptop.key"])
            let text = Site.signedOptions() + DoorText.signed("openSSH")
            try site.write("knockd.conf", text)
            let daemon = try site.launch()
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(daemon.exit == 1, "\(daemon.log)")
            #expect(daemon.errors.contains("door openSSH: none of its keys can be used"), "\(daemon.log)")
            let check = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            #expect(check.status == 1)
            #expect(check.everything.contains("door openSSH: none of its keys can be used"), "\(check.everything)")
        }

        @Test func aReloadWithAnotherServerNameDropsTheKeysOfTheFormer() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let doors = DoorText.signed("door", keys: "*", timeout: 60) + Self.classic
            let daemon = try await site.start(Site.signedOptions("ServerName = gw") + doors)
            try site.knockSigned("door")
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            try await reload(
                daemon, site, Site.signedOptions("ServerName = other", "StateFile = /var/lib/other.db") + doors)
            try await site.waitForLog("door door: none of its keys can be used")
            try await site.waitForLog("StateFile is read at the start only; restart the daemon to change it")
            // What they held open is not granted any more.
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            try site.knockSigned("door")
            try site.knock(7000, 8000, from: "198.18.1.3")
            try await site.waitFor("the other door") { site.openings.last == "classic 198.18.1.3" }
            #expect(site.openings == ["door 198.18.1.2", "classic 198.18.1.3"])
            #expect(try !site.knockctl(at: daemon, "list").output.contains(Self.fromMemory))
        }

        @Test func aRemovedFileCountsThoughTheDirectoryCannotBeUsed() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            try await site.start(Site.signedOptions() + DoorText.signed("door", keys: "*", timeout: 60))
            try Command.require(["chmod", "755", site.keyDirectory])
            try await site.waitForLog("refused at the next start: laptop, phone")
            try Command.require(["rm", "\(site.keyDirectory)/laptop.key"])
            try await site.waitForLog("refused at the next start: phone")
            try site.knockSigned("door", from: "198.18.1.3")
            try site.knockSigned("door", key: "phone", from: "198.18.1.4")
            try await site.waitFor("the other key") { !site.openings.isEmpty }
            #expect(site.openings == ["door 198.18.1.4"])
        }

        @Test func aReloadThatNamesAUserWhomNobodyKnowsIsRefused() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(Self.classic)
            try await reload(daemon, site, "[options]\nUser = nobody-here, nor-here\n" + Self.classic)
            try await site.waitForLog("there is no user nobody-here")
            try await site.waitForLog("has errors, the configuration stays as it was")
        }

        /// knockctl waits until the daemon has applied a change, and warns where it has not.
        private func isApplied(_ change: CommandResult) -> Bool {
            change.succeeded && !change.everything.contains("has not applied this")
        }

        /// The knock is signed before the command is run again, and sent as soon as it has returned.
        @Test func aKnockRightBehindARotationOpens() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions() + DoorText.signed("door", timeout: 60))
            for number in 2...6 {
                let rotated = try site.knockctl(at: daemon, "rotate", "laptop", "--force")
                try #require(isApplied(rotated), "\(rotated.everything)")
                try site.export("laptop")
                try site.knockSigned("door", from: "198.18.1.\(number)")
                try await site.waitForLog(
                    "198.18.1.\(number): door: signed knock from laptop (generation \(number))")
            }
            let revoked = try site.knockctl(at: daemon, "revoke", "laptop")
            try #require(isApplied(revoked), "\(revoked.everything)")
            try site.knockSigned("door", from: "198.18.1.77")
            let added = try site.knockctl(at: daemon, "add", "phone")
            try #require(isApplied(added), "\(added.everything)")
            #expect(!site.openings.contains("door 198.18.1.77"))
        }

        @Test func theSecondDaemonWithTheSameKeysLetsNobodyInByThem() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let text = Site.signedOptions("StateFile = /var/lib/knockd/first.db") + DoorText.signed("door", timeout: 60)
            let first = try await site.start(text)
            let second = try await site.start(
                Site.signedOptions("StateFile = /var/lib/knockd/second.db") + DoorText.signed("door", timeout: 60)
                    + DoorText.recording("second", "7000,8000"))
            try await site.waitFor("a word about the keys") {
                second.log.contains("process \(first.this.pid) uses these keys, so every knock would be valid twice")
            }
            try site.knockSigned("door")
            try site.knock(7000, 8000, from: "198.18.1.3")
            try await site.waitFor("both doors") { site.openings.count >= 2 }
            #expect(Set(site.openings) == ["door 198.18.1.2", "second 198.18.1.3"])
            #expect(!first.log.contains(LogWords.markDiffers))
        }

        @Test func theKeysLieInLockedMemory() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions() + DoorText.signed("door"))
            let line = Command.text(at: "/proc/\(daemon.this.pid)/status").lines(containing: "VmLck:").first
            #expect(line.map { !$0.hasSuffix(" 0 kB") } ?? false, "\(line ?? "")")
            #expect(!daemon.log.containsAny(of: LogWords.keysMayBeSwapped), "\(daemon.log)")
        }
    }
}
