// Shows that a reload which leads to another directory of keys looks at the mark there: what was spent with another ledger
// does not count a second time.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S54KeysOfAnotherLedger {
        private static func configuration(ledger: String, keys: String) -> String {
            """
            [options]
            StateFile = @DIR@/\(ledger)
            KeyDirectory = @DIR@/\(keys)


            """ + DoorText.signed("door", keys: "*")
        }

        @Test func aDatagramDoesNotCountAgain() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let first = try await site.start(Self.configuration(ledger: "first.db", keys: "keys"))
            // By a clock that is ahead: the moment at which its key is loaded anew does not shut it out.
            let datagram = try site.sign("door", "time=\(Site.timestamp + 20_000)")
            try site.send(datagram)
            try await site.waitFor("start and stop") { site.events.count == 2 }
            first.signal(SIGTERM)
            try await site.waitFor("the daemon to be gone") { !first.isRunning }

            // It has keys and a mark of its own.
            let other = "\(site.scratch)/other"
            try Command.require([Host.knockctl, "keys", "add", "phone", "--server", "gw", "--directory", other])
            let second = try await site.start(Self.configuration(ledger: "second.db", keys: "other"))
            try site.write("knockd.conf", Self.configuration(ledger: "second.db", keys: "keys"))
            second.signal(SIGHUP)
            try await site.waitForLog("the mark beside the keys names another ledger")
            try site.send(datagram)
            try await site.waitFor("the refusal") { site.refusals("knocks of this key are valid again") == 1 }
            #expect(site.events.count == 2)
        }
    }
}
