// Shows that an opening is held by each who opened it, keys and the sequence, until a time of its own: a close ends the hold
// of the key that sent it and no other, and stop runs once, after the last. Of an open and a close that overtake each
// other the newer one counts.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S47HoldsAndClose {
        private static let door =
            Site.signedOptions()
            + DoorText.signed(
                "door", keys: "laptop, phone", timeout: 6, "max_seconds = 60", "sequence = 7000,8000")

        private func start(_ site: Site) async throws -> Daemon {
            try site.makeKeys("laptop", "phone")
            return try await site.start(Self.door)
        }

        private func waitForLine(_ site: Site, _ line: String, count: Int = 1) async throws {
            try await site.waitFor("“\(line)”") { site.log.lines(containing: line).count >= count }
        }

        @Test func eachHoldEndsAlone() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await start(site)
            // All are signed before the first is sent, so that none comes after the end of the one before.
            let (short, longer) = try (site.sign("door", "seconds=3"), site.sign("door", key: "phone", "seconds=5"))
            try site.send(short)
            try await waitForLine(site, "198.18.1.2: door: OPEN SESAME")
            try site.send(longer)
            try await waitForLine(site, "198.18.1.2: door: stays open")
            try site.knock(7000, 8000)
            try await waitForLine(site, "198.18.1.2: door: stays open", count: 2)
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            let times = site.timedEvents.map(\.seconds)
            #expect((5.8..<6 + Site.slack).contains(times[1] - times[0]), "as long as the sequence holds it: \(times)")
            #expect(site.events == ["start door 198.18.1.2", "stop door 198.18.1.2"])
            #expect(daemon.output.lines(containing: "command timeout").count == 1)
        }

        @Test func aCloseEndsItsOwnKeysHoldOnly() async throws {
            let site = try Site()
            defer { site.close() }
            _ = try await start(site)
            // Signed before any is sent: each comes while all that were sent before it hold the door open.
            let laptop = try [
                site.sign("door"), site.sign("door", "operation=close"), site.sign("door", "operation=close"),
            ]
            let phone = try [
                site.sign("door", key: "phone", "operation=close"), site.sign("door", key: "phone"),
                site.sign("door", key: "phone", "operation=close"),
            ]
            try site.send(laptop[0])
            try await waitForLine(site, "OPEN SESAME")
            // Not a holder, then one of two, then one of two, then the last.
            try site.send(phone[0])
            let stranger = "198.18.1.2: door: close from phone (generation 1), which does not hold it open"
            try await waitForLine(site, stranger)
            try site.send(phone[1])
            try await waitForLine(site, "stays open")
            try site.knock(7000, 8000)
            try await waitForLine(site, "stays open", count: 2)
            try site.send(laptop[1])
            try await waitForLine(site, "198.18.1.2: door: close from laptop (generation 1), others hold it open")
            try site.send(laptop[2])
            try await waitForLine(site, "door: close from laptop (generation 1), which does not hold it open")
            try site.send(phone[2])
            try await waitForLine(site, "198.18.1.2: door: close from phone (generation 1), others hold it open")
            #expect(site.events == ["start door 198.18.1.2"], "the sequence holds it")
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            #expect(site.events.count == 2)
        }

        @Test(arguments: [Site.clientAddress, Site.clientAddress6])
        func theLastCloseRunsStopAtOnceAndOnce(source: String) async throws {
            let site = try Site()
            defer { site.close() }
            _ = try await start(site)
            let (open, close) = try (site.sign("door", "seconds=3"), site.sign("door", "operation=close"))
            try site.send(open, from: source)
            try await site.waitFor("the start") { site.events == ["start door \(source)"] }
            try site.send(close, from: source)
            try await site.waitFor("the stop") { site.events.last == "stop door \(source)" }
            #expect(site.log.contains("\(source): door: close from laptop (generation 1)\n"))
            // Past the time at which it would have closed by itself.
            try await Task.sleep(for: .seconds(3.5))
            #expect(site.events.count == 2)
            #expect(!site.log.contains("command timeout"))
        }

        @Test func aCloseWithoutAnOpeningRunsNothing() async throws {
            let site = try Site()
            defer { site.close() }
            _ = try await start(site)
            try site.knockSigned("door", "operation=close")
            try await waitForLine(
                site, "198.18.1.2: door: close from laptop (generation 1), which does not hold it open")
            // What is open for one address is not closed from another.
            let (open, other) = try (site.sign("door"), site.sign("door", "operation=close"))
            try site.send(open)
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            try site.send(other, from: "198.18.1.3")
            try await waitForLine(
                site, "198.18.1.3: door: close from laptop (generation 1), which does not hold it open")
            #expect(site.events == ["start door 198.18.1.2"])
        }

        @Test func ofAnOpenAndACloseTheNewerOneCounts() async throws {
            let site = try Site()
            defer { site.close() }
            _ = try await start(site)
            let overtaken = "a newer knock of this key has asked for the opposite"
            // Signed a moment apart, as datagrams that take different ways.
            let base = Site.timestamp
            let (first, late) = try (site.sign("door", "time=\(base)"), site.sign("door", "time=\(base + 10)"))
            let close = try site.sign("door", "operation=close", "time=\(base + 20)")
            try site.send(first)
            try await waitForLine(site, "OPEN SESAME")
            try site.send(close)
            try await site.waitFor("the stop") { site.events.count == 2 }
            try site.send(late)
            try await site.waitFor("the open's refusal") { site.refusals(overtaken) == 1 }

            let again = try site.sign("door", "time=\(base + 40)")
            let oldClose = try site.sign("door", "operation=close", "time=\(base + 30)")
            let other = try site.sign("door", key: "phone", "time=\(base + 5)")
            try site.send(again)
            try await site.waitFor("the second start") { site.events.count == 3 }
            try site.send(oldClose)
            try await site.waitFor("the close's refusal") { site.refusals(overtaken) == 2 }
            // Another key has no part in it.
            try site.send(other)
            try await waitForLine(site, "stays open")
            #expect(site.events.count == 3)
        }
    }
}
