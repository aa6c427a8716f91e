// Shows two daemons on one configuration, at an interface each: both run, with state and pid file of their own, and what one
// has left open when it was killed is closed by the other one, or by whoever starts next. At one interface, or with one
// ledger that was named, there is one daemon.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S86TwoDaemons {
        private static let door = DoorText.recording("door", "7000,8000", timeout: 8)

        /// A site with a second wire: ks1 198.18.2.1 and kc1 198.18.2.2.
        private func site() throws -> Site {
            let site = try Site()
            try Command.require(
                ["ip", "-n", site.server.name, "link", "add", "ks1", "address", "02:00:00:00:01:01", "type", "veth"]
                    + ["peer", "name", "kc1", "netns", site.client.name])
            try site.server.configure("ks1", addresses: ["198.18.2.1/24"])
            try site.client.configure("kc1", addresses: ["198.18.2.2/24"])
            try site.write("knockd.conf", Self.door)
            return site
        }

        private func start(_ site: Site, _ interface: String, _ arguments: String...) async throws -> Daemon {
            let daemon = try site.launch(arguments: arguments, interface: ["-i", interface])
            try await site.waitFor("the daemon at \(interface) to listen") {
                if !daemon.isRunning { throw HarnessError("the daemon ended at once\n\(site.log)") }
                return daemon.output.contains("listening on \(interface)")
            }
            return daemon
        }

        private func knockOverSecondWire(_ site: Site) throws {
            let frames = [7000, 8000].enumerated().map { "\($0.offset) 198.18.2.2 198.18.2.1 \($0.element) tcp syn" }
            let words = [Host.inject, "kc1", "02:00:00:00:01:01", "frames"]
            let result = try site.client.run(words, input: frames.joined(separator: "\n") + "\n")
            try #require(result.succeeded, "\(result.everything)")
        }

        /// The door is open over each wire, and that is on record.
        private func openBoth(_ site: Site) async throws {
            try site.knock(7000, 8000)
            try knockOverSecondWire(site)
            try await site.waitFor("both to open") { Set(site.events).count == 2 }
            try await site.waitForRecord(of: 1, in: 2)
        }

        private func pid(_ site: Site, _ file: String) throws -> Int32 {
            try #require(Int32(site.read("run/\(file)").trimmingCharacters(in: .newlines)), "\(file)")
        }

        private func end(_ site: Site, _ daemons: Daemon..., by signal: Int32 = SIGKILL) async throws {
            for daemon in daemons { daemon.signal(signal) }
            try await site.waitFor("the daemons to be gone") { !daemons.contains { $0.isRunning } }
        }

        private func expectBothClosed(_ site: Site) async throws {
            try await site.waitFor("both to be closed") {
                ["198.18.1.2", "198.18.2.2"].allSatisfy { site.events.contains("stop door \($0)") }
            }
            #expect(site.events.count == 4, "each once: \(site.events)")
        }

        /// What may happen to the two; most of it is waiting.
        private enum Case: CaseIterable { case oneLives, firstStartsAlone, secondStartsAlone, oneRestarts }

        @Test func whatOneHasLeftOpenIsClosed() async {
            await sideBySide(Case.allCases) { what in
                let site = try site()
                defer { site.close() }
                let first = try await start(site, "ks0")
                let second = try await start(site, "ks1")
                #expect(second.output.contains("process \(first.this.pid) at ks0 has the ledger "))
                try await openBoth(site)
                switch what {
                case .oneLives:
                    try await end(site, second)
                    try await expectBothClosed(site)
                    #expect(first.output.contains("took over 1 opening from the ledger"))
                case .firstStartsAlone, .secondStartsAlone:
                    try await end(site, first, second)
                    _ = try await start(site, what == .firstStartsAlone ? "ks0" : "ks1")
                    try await expectBothClosed(site)
                case .oneRestarts:
                    try await end(site, first)
                    let again = try await start(site, "ks0")
                    #expect(!again.output.contains(LogWords.ledgerOfItsOwn), "its name is free")
                    try await expectBothClosed(site)
                    try await end(site, again, second, by: SIGTERM)
                }
            }
        }

        @Test func theRefusalThatRemainsSaysWhatToDo() async throws {
            let site = try site()
            defer { site.close() }
            let state = "\(site.scratch)/named.db"
            let first = try await start(site, "ks0", "--statefile", state)
            let named = try site.launch(arguments: ["--statefile", state], interface: ["-i", "ks1"])
            try await site.waitFor("the second to end") { !named.isRunning }
            #expect(named.errors.contains("process \(first.this.pid) \(LogWords.ledgerInUse) \(state)"))
            #expect(named.errors.contains("\(LogWords.oneCanHaveBoth): -i ks0,ks1"), "\(named.errors)")
            let other = try await start(site, "ks0", "--statefile", "\(site.scratch)/other.db")
            #expect(other.isRunning)
            let both = try await start(site, "ks1")
            let same = try site.launch(interface: ["-i", "ks1"])
            try await site.waitFor("the last to end") { !same.isRunning }
            #expect(same.errors.contains("process \(both.this.pid) \(LogWords.ledgerInUse)"))
            #expect(!same.errors.contains(LogWords.oneCanHaveBoth), "it listens there already")
        }

        /// The configuration's own names are free again, and no reason to open each door twice.
        @Test func whereTheSecondListensNobodyElseStartsWhenTheFirstHasEnded() async throws {
            let site = try site()
            defer { site.close() }
            let first = try await start(site, "ks0")
            let second = try await start(site, "ks1")
            try await end(site, first, by: SIGTERM)
            let third = try site.launch(interface: ["-i", "ks1"])
            try await site.waitFor("the third to end") { !third.isRunning }
            #expect(
                third.errors.contains("knockd: process \(second.this.pid) \(LogWords.ledgerInUse)"), "\(third.errors)")
            _ = try await start(site, "ks0")
        }

        @Test func inTheBackgroundEachHasAPidFile() async throws {
            let site = try site()
            defer { site.close() }
            func detach(_ interfaces: String) throws -> CommandResult {
                try Command.run(
                    ["env"]
                        + Daemon.words(
                            in: site.server, scratch: site.scratch,
                            arguments: ["-d", "-i", interfaces, "-c", "knockd.conf"], preparing: "true"))
            }
            for interface in ["ks0", "ks1"] { try #require(try detach(interface).succeeded) }
            // Each refusal names the daemon that is in the way.
            let (one, other) = (try pid(site, "knockd.pid"), try pid(site, "knockd@ks1.pid"))
            for (interfaces, process) in [("ks0", one), ("ks1", other), ("ks0,ks1", one)] {
                let refused = try detach(interfaces)
                #expect(refused.status == 1)
                #expect(refused.errors.contains("knockd: process \(process) "), "\(interfaces): \(refused.errors)")
                let isAdvised = refused.errors.contains("; one daemon can have both: -i ks0,ks1")
                #expect(isAdvised == (interfaces == "ks0,ks1"), "\(interfaces): \(refused.errors)")
            }
            for file in ["knockd.pid", "knockd@ks1.pid"] {
                let daemon = RunningProcess(try pid(site, file))
                #expect(daemon.isAlive)
                daemon.signal(SIGTERM)
                try await site.waitFor("its end") { !daemon.isAlive }
                #expect(!FileManager.default.fileExists(atPath: "\(site.scratch)/run/\(file)"))
            }
        }
    }
}
