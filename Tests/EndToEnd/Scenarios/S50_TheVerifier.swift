// Shows that the role which judges signed knocks can do nothing else, and that it can be lost: killed again and again while
// knocks come, each knock opens once at most, and later ones open. So it is when the Listener is killed.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S50TheVerifier {
        private static let configuration = Site.signedOptions() + DoorText.signed("door", keys: "*", timeout: 60)

        @Test func verifierHasNoPrivilegeLeft() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration)
            let verifier = try #require(daemon.verifier)
            try verifier.expectJail()
            // Its memory, where keys are, is never dumped: then even its own user cannot look into it.
            let owner = try FileManager.default.attributesOfItem(atPath: "/proc/\(verifier.pid)/mem")[.ownerAccountID]
            #expect(owner as? Int == 0)
            #expect(try descriptors(of: verifier) == ["/dev/null", "anon_inode:[timerfd]", "socket", "socket"])
            // The Listener cannot have keys: it has its captures, and channels.
            let listener = try #require(daemon.listener)
            #expect(listener != verifier)
            #expect(listener.status["Uid"] != verifier.status["Uid"], "they cannot reach each other as one user could")
        }

        /// What a process has open, each kind named once for 0 to 2 and once for each further descriptor.
        private func descriptors(of process: RunningProcess) throws -> [String] {
            let folder = "/proc/\(process.pid)/fd"
            let targets = try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
                return (number: Int(name) ?? 0, kind: target.hasPrefix("socket:") ? "socket" : target)
            }
            let standard = Set(targets.filter { $0.number < 3 }.map(\.kind))
            return (standard + targets.filter { $0.number >= 3 }.map(\.kind)).sorted()
        }

        @Test func knocksThatComeWhileVerifiersAreKilledOpenOnceAtMost() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration)
            var sent: [String] = []
            for round in 0..<4 {
                let knocks = try site.sign("door", count: 6)
                // Each twice, from sources of their own: the copy opens only if the first was lost.
                let lines = knocks.enumerated().flatMap { index, knock in
                    let source = "198.18.\(round + 2).\(index + 1)"
                    return ["0", "15"].map { "\($0) " + site.signedFrame(knock, from: source) }
                }
                sent += knocks
                let verifier = try #require(daemon.verifier)
                let sender = try site.startInject(lines)
                verifier.signal(SIGKILL)
                try await site.waitFor("the sender to end") { !sender.isRunning }
                try await site.waitFor("another Verifier") { daemon.verifier.map { $0 != verifier } ?? false }
            }
            try await site.knockSignedUntilOpen("door")
            let openings = site.openings
            #expect(Set(openings).count == openings.count, "each from a source of its own: \(openings)")
            #expect(daemon.errors.lines(containing: "the verifier has ended (signal 9)").count == 4)

            // None of them opens again, and what was lost opens now, once.
            for knock in sent { try site.send(knock, from: "198.18.9.1") }
            try await site.waitFor("all to be judged") {
                site.refusals("it was sent before") + site.openings.count { $0 == "door 198.18.9.1" } >= sent.count
            }
            let known = site.openings.count { $0 != "door 198.18.9.1" && $0 != "door 198.18.1.2" }
            #expect(site.openings.count { $0 == "door 198.18.9.1" } == sent.count - known)
        }

        @Test(.alone) func signedKnocksCountAgainSoonAfterTheListenerWasKilled() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration)
            let (listener, verifier) = (daemon.listener, daemon.verifier)
            for _ in 0..<3 {
                daemon.listener?.signal(SIGKILL)
                try await site.knockSignedUntilOpen("door", within: 3)
            }
            #expect(daemon.listener != listener)
            #expect(daemon.verifier == verifier, "it went on")
        }

        @Test func aSignalToAllEndsAll() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration)
            let roles = daemon.roles
            #expect(roles.count == 2)
            try site.knockSigned("door")
            try await site.waitFor("the start") { !site.events.isEmpty }
            // The ones that knock at roles alone change nothing.
            for role in roles { for signal in [SIGTERM, SIGINT, SIGHUP] { role.signal(signal) } }
            try site.knockSigned("door", from: "198.18.1.3")
            try await site.waitFor("the second start") { site.events.count == 2 }
            #expect(daemon.roles == roles)
            daemon.signalAll(SIGTERM)
            try await site.waitFor("all to end") { !daemon.isRunning && !roles.contains(where: \.isAlive) }
            #expect(daemon.exit == 0)
            #expect(!daemon.log.contains(LogWords.roleEnded) && daemon.errors == "", "\(daemon.log)")
        }

        @Test func killedWithTheDaemonNoRoleStays() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration)
            let roles = daemon.roles
            daemon.signal(SIGKILL)
            try await site.waitFor("the roles to be gone") { !roles.contains(where: \.isAlive) }
        }
    }
}
