// Shows what the next boot of the machine brings: what was open is closed at once, whatever its deadline was, and knocks
// with any key count only after a window, since nobody knows what the last moments before the boot have brought to disk.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S67AnotherBoot {
        private static let window = 10

        /// The floors in the ledger, one for each generation, in milliseconds since 1970.
        private func floors(_ site: Site) throws -> [Int] {
            let program = """
                import glob, sqlite3, sys
                file = glob.glob(sys.argv[1] + "/varlib/knockd/*.db")[0]
                for floor, in sqlite3.connect(file).execute("SELECT floor FROM floors"): print(floor)
                """
            return try Command.require(["python3", "-c", program, site.scratch]).split(separator: "\n")
                .compactMap { Int($0) }
        }

        @Test func everythingIsClosedAndEveryKeyWaitsForAWindow() async throws {
            let site = try Site()
            defer { site.close() }
            // Of the two one is used before, and the other is not.
            try site.makeKeys("laptop", "phone")
            let configuration =
                Site.signedOptions("TimeWindow = \(Self.window)") + DoorText.signed("door", keys: "*", timeout: 300)
            let daemon = try await site.start(configuration)
            try site.knockSigned("door")
            try await site.waitFor("the start") { site.events.count == 1 }
            try await site.waitForRecord(of: 1)
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }

            try site.write("boot", "5b1d3bcb-6bd2-4a5b-8e43-d0f2a5a1c0de\n")
            let before = Site.timestamp
            let next = try await site.start(
                configuration, preparing: "mount --bind @DIR@/boot /proc/sys/kernel/random/boot_id")
            #expect(next.output.contains(" on (the machine has just started)"), "\(next.log)")
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            let expected = before + Self.window * 1000...Site.timestamp + Self.window * 1000
            let floors = try floors(site)
            #expect(floors.count == 2 && floors.allSatisfy(expected.contains), "\(floors), not \(expected)")

            for (key, source) in [("laptop", "198.18.1.3"), ("phone", "198.18.1.4")] {
                try site.knockSigned("door", key: key, from: source)
            }
            try await site.waitFor("the refusals") { site.refusals("knocks of this key are valid again") == 2 }
            // Whoever sets this machine's clock meanwhile makes the window begin anew, once more at most.
            for (key, source) in [("laptop", "198.18.1.5"), ("phone", "198.18.1.6")] {
                try await site.knockSignedUntilOpen("door", key: key, from: source)
            }
            #expect(site.openings.dropFirst() == ["door 198.18.1.5", "door 198.18.1.6"])
        }
    }
}
