// Shows that the daemon follows its interface under load: it goes down and up, is deleted and made anew, has other
// addresses, round after round, while thousands of spoofed knocks a second come in, and junk to the signed port. Each time
// a classic and a signed knock open soon after; what is open closes in its time; no process but the Listener is replaced,
// and none of them grows.
import Glibc
import Testing

extension EndToEnd {
    @Suite(.alone) struct S63InterfacesUnderLoad {
        private static let rounds = 10
        private static let otherAddress = "198.18.1.77"

        private enum Change: CaseIterable {
            case downAndUp, deletedAndMadeAnew, otherAddresses
        }

        @Test func whateverBecomesOfTheInterfaceItIsHeardAgain() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(
                Site.signedOptions() + DoorText.recording("classic", "7000,8000", timeout: 2)
                    + DoorText.signed("signed", timeout: 2))
            let verifier = try #require(daemon.verifier)
            try site.startInjectingForGood(
                "flood", "100000000", "5000", "10.0.0.1", Site.serverAddress, "7000", pause: 0.05)
            // In bursts, since evenly spaced junk takes a processor.
            try site.startInjectingForGood(
                "junk", "500", "500000", "10.9.9.9", Site.serverAddress, "\(Site.signedPort)", "120", pause: 0.5)
            var sizes: [Int] = []
            for round in 1...Self.rounds {
                try await make(Change.allCases[round % 3], site)
                try await expectToBeHeard(site, from: "198.18.20.\(round)")
                sizes.append(daemon.this.residentKiB + verifier.residentKiB)
                #expect((daemon.listener?.residentKiB ?? 0) < 32 * 1024)
            }
            try await expectClosings(site)

            #expect(daemon.isRunning && daemon.verifier == verifier)
            #expect(daemon.roles.count == 2)
            #expect(sizes[sizes.count - 1] - sizes[1] < 4096, "\(sizes) KiB")
            #expect(daemon.errors.isEmpty, "\(daemon.errors)")
            let leftOut = daemon.output.lines(containing: " about knocks dropped")
                .reduce(0) { $0 + (Int($1.prefix { $0 != " " }) ?? 0) }
            #expect(leftOut > 10_000, "there was no flood")
            // One line each way, however often it was asked for.
            for (line, changes) in [("is down, waiting for it", 3), ("is not there, waiting for it", 4)] {
                #expect(daemon.output.lines(containing: "interface ks0 \(line)").count == changes, "\(line)")
            }
            #expect(daemon.output.lines(containing: "interface ks0 is back, listening on it").count == 7)
        }

        private func make(_ change: Change, _ site: Site) async throws {
            switch change {
            case .downAndUp:
                try site.server.require("ip", "link", "set", "ks0", "down")
                try await waitForWord(site, "interface ks0 is down, waiting for it")
                try site.server.require("ip", "link", "set", "ks0", "up")
            case .deletedAndMadeAnew:
                try site.server.require("ip", "link", "del", "ks0")
                try await waitForWord(site, "interface ks0 is not there, waiting for it")
                try site.join()
            case .otherAddresses:
                let (address, other) = ("\(Site.serverAddress)/24", "\(Self.otherAddress)/24")
                try site.server.require("ip", "addr", "del", address, "dev", "ks0")
                try site.server.require("ip", "addr", "add", other, "dev", "ks0")
                try await waitForStart(site, "classic", from: "198.18.21.1") {
                    try site.inject([7000, 8000].map { "0 198.18.21.1 \(Self.otherAddress) \($0) tcp syn" })
                }
                try site.server.require("ip", "addr", "del", other, "dev", "ks0")
                try site.server.require("ip", "addr", "add", address, "dev", "ks0")
            }
        }

        /// Waits until this is the last word about the interface.
        private func waitForWord(_ site: Site, _ line: String) async throws {
            try await site.waitFor("“\(line)”") {
                guard let last = site.log.lines(containing: "interface ks0 ").last else { return false }
                return last.hasSuffix(line)
            }
        }

        private func expectToBeHeard(_ site: Site, from source: String) async throws {
            try await waitForStart(site, "classic", from: source) { try site.knock(7000, 8000, from: source) }
            try await waitForStart(site, "signed", from: source) { try site.knockSigned("signed", from: source) }
        }

        /// Knocks until the door opens, once more than it had.
        private func waitForStart(
            _ site: Site, _ door: String, from source: String, _ knock: () throws -> Void
        ) async throws {
            let count = { site.events.count { $0 == "start \(door) \(source)" } }
            let before = count()
            try await site.waitFor("\(door) to open for \(source)", polling: .milliseconds(200)) {
                if count() > before { return true }
                try knock()
                return false
            }
        }

        /// Each opening is closed when its time is up, which begins with the last knock that came before.
        private func expectClosings(_ site: Site) async throws {
            try await site.waitFor("the last stops") {
                site.events.count { $0.hasPrefix("stop ") } * 2 == site.events.count
            }
            var open: [String: Double] = [:]
            for event in site.timedEvents {
                let place = String(event.what.split(separator: " ", maxSplits: 1)[1])
                guard event.what.hasPrefix("stop ") else {
                    open[place] = event.seconds
                    continue
                }
                let start = open.removeValue(forKey: place)
                let length = try event.seconds - #require(start)
                #expect((1.8..<2 + Site.slack).contains(length), "\(place): open for \(length) s")
            }
            #expect(open.isEmpty)
        }
    }
}
