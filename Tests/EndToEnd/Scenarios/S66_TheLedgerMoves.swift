// Shows what becomes of the ledger when its disk fills up while doors are open: it goes on in /run/knockd, through kills
// and restarts, and moves back with all of it when there is room. With both disks full nothing is opened, which is told in
// clear lines, and what is known to be open is closed all the same, even by the next daemon.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S66TheLedgerMoves {
        private static let moved = "going on in /run/knockd"
        private static let back = "the ledger is back in /var/lib/knockd"
        private static let lost = "no ledger can be written"

        /// What may happen to the disks, and what comes of it; most of it is waiting.
        private enum Case: CaseIterable {
            case fillsAndEmpties, noneHasRoom, startsWithoutRoom, endedThenFull, endedThenReadOnly
        }

        @Test func whateverBecomesOfTheDisksDoorsAreClosed() async {
            await sideBySide(Case.allCases) { what in
                switch what {
                case .fillsAndEmpties: try await itGoesOnElsewhereAndComesBack()
                case .noneHasRoom: try await withNoRoomAnywhereNothingOpensAndAllIsClosed()
                case .startsWithoutRoom: try await whatIsKnownToBeOpenIsClosedByADaemonThatCanWriteNowhere()
                case .endedThenFull: try await whatAnEndedDaemonHasLeftOpenIsClosed(disk: "full")
                case .endedThenReadOnly: try await whatAnEndedDaemonHasLeftOpenIsClosed(disk: "readOnly")
                }
            }
        }

        private func kill(_ daemon: Daemon, in site: Site) async throws {
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
        }

        private func expectRefusals(_ site: Site, _ datagrams: [String]) async throws {
            let before = site.refusals("it was sent before")
            for datagram in datagrams { try site.send(datagram, from: "198.18.1.9") }
            try await site.waitFor("the refusals") {
                site.refusals("it was sent before") == before + datagrams.count
            }
        }

        /// A knock at the door that closes soon.
        private func openAndClose(_ site: Site, from source: String) async throws {
            try site.knock(7000, 8000, from: source)
            try await site.waitFor("start and stop") { site.events.contains("stop brief \(source)") }
        }

        private func itGoesOnElsewhereAndComesBack() async throws {
            let site = try Site()
            defer { site.close() }
            try site.mountDisk("varlib")
            try site.makeKeys("laptop")
            let configuration =
                Site.signedOptions("TimeWindow = 300") + DoorText.signed("door", timeout: 120)
                + DoorText.recording("brief", "7000,8000", timeout: 1)
            let first = try await site.start(configuration)
            var datagrams = [try site.knockSigned("door")]
            try await site.waitFor("the start") { site.events.count == 1 }

            try site.fillDisk("varlib")
            datagrams.append(try site.knockSigned("door", from: "198.18.1.3"))
            try await openAndClose(site, from: "198.18.1.4")
            #expect(first.output.lines(containing: Self.moved).count == 1, "\(first.log)")
            try await kill(first, in: site)
            let second = try await site.start(configuration)
            try await expectRefusals(site, datagrams)
            datagrams.append(try site.knockSigned("door", from: "198.18.1.5"))
            try await openAndClose(site, from: "198.18.1.6")
            #expect(second.output.lines(containing: Self.moved).count == 1, "\(second.log)")
            try await kill(second, in: site)
            let third = try await site.start(configuration)

            try site.freeDisk("varlib")
            try await site.waitFor("the ledger to be back") { third.output.contains(Self.back) }
            try await expectRefusals(site, datagrams)
            #expect(third.output.lines(containing: Self.moved).count == 1)
            #expect(third.output.lines(containing: Self.back).count == 1)
            try await kill(third, in: site)
            let fourth = try await site.start(configuration)
            try await expectRefusals(site, datagrams)
            #expect(!fourth.log.contains("/run/knockd"), "\(fourth.log)")
            #expect(site.openings.filter { $0.hasPrefix("door") } == ["2", "3", "5"].map { "door 198.18.1.\($0)" })
            // All of it is known to the last one.
            fourth.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !fourth.isRunning }
            #expect(site.events.count { $0.hasPrefix("stop door") } == 3)
        }

        /// A daemon with a door open for 198.18.1.2, and no room for its ledger anywhere.
        private func startWithoutRoom(_ site: Site, _ configuration: String) async throws -> Daemon {
            for disk in ["varlib", "run"] { try site.mountDisk(disk) }
            try site.makeKeys("laptop")
            let daemon = try await site.start(configuration)
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events.count == 1 }
            for disk in ["varlib", "run"] { try site.fillDisk(disk) }
            return daemon
        }

        private func withNoRoomAnywhereNothingOpensAndAllIsClosed() async throws {
            let site = try Site()
            defer { site.close() }
            let configuration =
                Site.signedOptions("TimeWindow = 300")
                + DoorText.recording("brief", "7000,8000", timeout: 3, "keys = laptop")
            let daemon = try await startWithoutRoom(site, configuration)
            // The last bytes that the ledger has may take one more.
            var source = 3
            try await site.waitFor("the loss") {
                if !daemon.output.contains(Self.lost) { try site.knock(7000, 8000, from: "198.18.2.\(source)") }
                source += 1
                return daemon.output.contains(Self.lost)
            }
            for source in ["198.18.1.3", "198.18.1.4"] {
                let refusal = "\(source): brief: refused: the opening cannot be recorded"
                try site.knock(7000, 8000, from: source)
                try await site.waitForLog(refusal)
                #expect(daemon.output.lines(containing: refusal).count == 1)
            }
            try site.knockSigned("brief", from: "198.18.1.5")
            try await site.waitFor("the refusal") { site.refusals("it cannot be recorded") == 1 }
            try await site.waitFor("what was open to be closed") {
                site.events.contains("stop brief 198.18.1.2") && site.events.count.isMultiple(of: 2)
            }
            #expect(!site.events.contains { $0.contains("198.18.1.3") || $0.contains("198.18.1.4") })
            #expect(!site.events.contains { $0.contains("198.18.1.5") })
            #expect(daemon.output.lines(containing: Self.lost).count == 1, "\(daemon.log)")

            for disk in ["varlib", "run"] { try site.freeDisk(disk) }
            try await site.waitFor("the ledger to be back") { daemon.output.contains(Self.back) }
            try await openAndClose(site, from: "198.18.1.6")
            #expect(daemon.output.lines(containing: Self.back).count == 1)
        }

        private func whatIsKnownToBeOpenIsClosedByADaemonThatCanWriteNowhere() async throws {
            let site = try Site()
            defer { site.close() }
            let configuration = DoorText.recording("brief", "7000,8000", timeout: 4)
            try await kill(startWithoutRoom(site, configuration), in: site)
            let next = try await site.start(configuration)
            try await site.waitFor("the stop") { site.events.last == "stop brief 198.18.1.2" }
            #expect(next.output.lines(containing: Self.lost).count == 1, "\(next.log)")
            for disk in ["varlib", "run"] { try site.freeDisk(disk) }
            try await site.waitFor("the ledger to be back") { next.output.contains(Self.back) }
            try await openAndClose(site, from: "198.18.1.3")
        }

        /// A daemon that ends in order leaves its ledger as one file, with nothing beside it that would help to read it.
        private func whatAnEndedDaemonHasLeftOpenIsClosed(disk: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.mountDisk("varlib")
            let configuration = "[options]\nOnExit = keep\n\n" + DoorText.recording("brief", "7000,8000", timeout: 8)
            let first = try await site.start(configuration)
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try await site.waitForRecord(of: 1)
            first.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !first.isRunning }
            #expect(site.events.count == 1)
            if disk == "full" { try site.fillDisk("varlib") }
            try await site.start(
                configuration, preparing: disk == "full" ? "true" : "mount -o remount,bind,ro /var/lib")
            try await site.waitFor("the stop") { site.events.last == "stop brief 198.18.1.2" }
        }
    }
}
