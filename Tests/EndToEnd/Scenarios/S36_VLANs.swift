// Shows that frames with a VLAN's tag count at doors for that VLAN, and nowhere else: not at plain doors, not in another
// VLAN, not with a second tag around it. A tag that names no VLAN is none.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S36VLANs {
        static let plain = DoorText.withoutStop("plain", "7000,8000,9000")
        static let five = DoorText.withoutStop("five", "7000,8000,9000", "vlan = 5")
        static let fence = DoorText.withoutStop("fence", "6000")

        /// How three frames are tagged, and which doors they are for.
        static let frames: [(tags: [String], opens: [String])] = [
            (["", "", ""], ["plain"]), (["vlan=5", "vlan=5", "vlan=5"], ["five"]),
            // Priority 7, and priority 7 with drop eligible, which are not part of the number.
            (["vlan=57349", "vlan=5", "vlan=61445"], ["five"]), (["vlan=0", "vlan=57344", ""], ["plain"]),
            (["vlan=6", "vlan=6", "vlan=6"], []), (["vlan=4095", "vlan=4095", "vlan=4095"], []),
            // One of three in the other network.
            (["vlan=5", "", "vlan=5"], []), (["", "vlan=5", ""], []), (["vlan=5", "vlan=6", "vlan=5"], []),
            // Tagged twice, by IEEE 802.1ad and in the older way.
            (["vlan=5 outer=88a8:5", "vlan=5 outer=88a8:5", "vlan=5 outer=88a8:5"], []),
            (["vlan=5 outer=8100:7", "vlan=5 outer=8100:7", "vlan=5 outer=8100:7"], []),
            (["vlan=7 outer=8100:5", "vlan=7 outer=8100:5", "vlan=7 outer=8100:5"], []),
            (["vlan=5 outer=8100:0", "vlan=5 outer=8100:0", "vlan=5 outer=8100:0"], []),
        ]

        /// Sends all of `frames`, those of each row from a source of its own, then a knock at the fence.
        private func sendFrames(_ site: Site, isIPv6: Bool) async throws {
            var lines: [String] = []
            for (row, frames) in Self.frames.enumerated() {
                for (port, tags) in zip([7000, 8000, 9000], frames.tags) {
                    lines.append("\(lines.count) " + site.frame(port, from: source(row, isIPv6), "tcp syn", tags))
                }
            }
            try site.inject(lines + ["\(lines.count) " + site.frame(6000)])
            try await site.waitFor("the fence") { site.events.contains("start fence 198.18.1.2") }
        }

        private func source(_ row: Int, _ isIPv6: Bool) -> String {
            isIPv6 ? "fd00:198:18:1::\(row + 10)" : "198.18.1.\(row + 10)"
        }

        /// What is to be opened by `frames` where these doors are.
        private func expected(_ doors: [String], isIPv6: Bool) -> [String] {
            let rows = Self.frames.enumerated().flatMap { row, frames in
                frames.opens.filter(doors.contains).map { "\($0) \(source(row, isIPv6))" }
            }
            return rows + ["fence 198.18.1.2"]
        }

        @Test(arguments: [false, true])
        func framesCountAtDoorsForTheirVLANOnly(isIPv6: Bool) async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(Self.plain + Self.fence)
            try await sendFrames(site, isIPv6: isIPv6)
            #expect(site.openings == expected(["plain"], isIPv6: isIPv6))

            // The kernel's filter lets tagged frames through from now on.
            try site.write("knockd.conf", Self.plain + Self.five + Self.fence)
            daemon.signal(SIGHUP)
            try await site.waitFor("the door for the VLAN") {
                try site.inject([7000, 8000, 9000].map { "0 " + site.frame($0, "tcp syn", "vlan=5") })
                return site.openings.contains("five 198.18.1.2")
            }
            // What was sent too much has been looked at when the fence opens.
            try site.write("events", "")
            try site.inject(["0 " + site.frame(6000)])
            try await site.waitFor("the fence") { site.events.contains("start fence 198.18.1.2") }
            let before = site.openings.count
            try site.write("events", "")
            try await sendFrames(site, isIPv6: isIPv6)
            #expect(Array(site.openings.dropFirst(before)) == expected(["plain", "five"], isIPv6: isIPv6))
        }

        /// Tagged strays end nothing, and untagged ones nothing in a VLAN.
        @Test func strictDoorsMindTheirOwnVLAN() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start("[options]\nstrict_sequence = yes\n\n" + Self.plain + Self.five + Self.fence)
            let cases = [("", "vlan=5"), ("vlan=5", ""), ("", ""), ("vlan=5", "vlan=5"), ("vlan=5", "vlan=6")]
            var lines: [String] = []
            for (row, (tags, stray)) in cases.enumerated() {
                // One more than a strict door tolerates between two knocks.
                let strays = (4444..<4461).map { ($0, stray) }
                for (port, tags) in [(7000, tags)] + strays + [(8000, tags), (9000, tags)] {
                    lines.append("\(lines.count) " + site.frame(port, from: source(row, false), "tcp syn", tags))
                }
            }
            try site.inject(lines + ["\(lines.count) " + site.frame(6000)])
            try await site.waitFor("the fence") { site.events.contains("start fence 198.18.1.2") }
            #expect(
                site.openings == [
                    "plain \(source(0, false))", "five \(source(1, false))", "five \(source(4, false))",
                    "fence 198.18.1.2",
                ])
        }

        /// Where all interfaces are captured, tags cannot be told; a frame with one counts nowhere, whatever its VLAN.
        @Test(arguments: [false, true]) func anyInterfaceTakesNoTaggedFrames(isIPv6: Bool) async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.plain + Self.fence)
            let daemon = try site.launch(interface: ["-i", "any"])
            try await site.waitFor("the daemon to listen") { daemon.output.contains("listening on any") }
            try await sendFrames(site, isIPv6: isIPv6)
            #expect(site.openings == expected(["plain"], isIPv6: isIPv6))
        }

        @Test func anyInterfaceRefusesADoorForAVLANOnReload() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.plain + Self.fence)
            let daemon = try site.launch(interface: ["-i", "any"])
            try await site.waitFor("the daemon to listen") { daemon.output.contains("listening on any") }
            try site.write("knockd.conf", Self.five + Self.fence)
            daemon.signal(SIGHUP)
            try await site.waitForLog("has errors, the configuration stays as it was")
            #expect(daemon.errors.contains("door 'five'"), "\(daemon.log)")
            try site.knock(7000, 8000, 9000)
            try await site.waitFor("the plain door") { site.openings == ["plain 198.18.1.2"] }
        }

        @Test func anyInterfaceRefusesADoorForAVLAN() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.five)
            let daemon = try site.launch(interface: ["-i", "any"])
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            #expect(daemon.errors.contains("does not show VLANs"), "\(daemon.log)")
        }
    }
}
