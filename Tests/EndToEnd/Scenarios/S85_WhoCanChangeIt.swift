// Shows that the daemon runs nothing that others could have written: a configuration, an included file, a ledger or a
// directory on the way to one that belongs to another user, or that others can change, is an error at the start, in
// --check and at a reload; what belongs to root, and root's sticky directories, is not.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S85WhoCanChangeIt {
        private static let door = DoorText.recording("door", "7000,8000")
        private static let text =
            "[options]\nStateFile = @DIR@/state/inner/state.db\ninclude = doors/*.conf\n\n" + door

        /// What is done to the place, the place, and the words of the error.
        private static let faults = [
            ("chmod 666", "knockd.conf", "others than the owner can change it (mode 666)"),
            ("chown 65534", "knockd.conf", "it belongs to the user 65534"),
            ("chmod 777", "doors", "others than the owner can change it (mode 777)"),
            ("chmod 620", "doors/one.conf", "others than the owner can change it (mode 620)"),
            ("chown 65534", "doors/one.conf", "it belongs to the user 65534"),
            ("chmod 777", "state", "others than the owner can change it (mode 777)"),
            ("chown 65534", "state", "it belongs to the user 65534"),
            ("chmod 770", "state/inner", "others than the owner can change it (mode 770)"),
            ("chmod 606", "state/inner/state.db", "others than the owner can change it (mode 606)"),
            ("chown 65534", "state/inner/state.db", "it belongs to the user 65534"),
            ("chown 65534", "state/inner/state.db.lock", "it belongs to the user 65534"),
        ]

        private func site() throws -> Site {
            let site = try Site()
            for folder in ["doors", "state/inner", "run/knockd"] {
                try FileManager.default.createDirectory(
                    atPath: "\(site.scratch)/\(folder)", withIntermediateDirectories: true)
            }
            try site.write("knockd.conf", Self.text)
            try site.write("doors/one.conf", DoorText.withoutStop("one", "7001"))
            for file in ["", ".lock"] { try site.write("state/inner/state.db\(file)", "") }
            return site
        }

        private func expectRefusal(_ site: Site, _ place: String, _ complaint: String) async throws {
            let daemon = try site.launch()
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            let check = try check(site)
            for errors in [daemon.errors, check.errors] {
                #expect(errors.contains(place) && errors.contains(complaint), "\(place): \(errors)")
            }
            #expect(check.status == 1, "\(place): \(check.errors)")
        }

        private func check(_ site: Site) throws -> CommandResult {
            try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
        }

        @Test func whatOthersCanChangeEndsTheStart() async throws {
            let site = try site()
            defer { site.close() }
            for (deed, name, complaint) in Self.faults {
                let place = "\(site.scratch)/\(name)"
                let mode = try Command.require(["stat", "-c", "%a", place]).trimmingCharacters(in: .newlines)
                try Command.require(deed.split(separator: " ").map(String.init) + [place])
                try await expectRefusal(site, place, complaint)
                try Command.require(["sh", "-c", "chown 0 '\(place)' && chmod \(mode) '\(place)'"])
            }
            #expect(try check(site).succeeded)
        }

        @Test func aLinkOfAnotherUserAndAFallbackForAllEndItToo() async throws {
            let site = try site()
            defer { site.close() }
            let link = "\(site.scratch)/link"
            try Command.require(["sh", "-c", "ln -s state '\(link)' && chown -h 65534 '\(link)'"])
            try site.write("knockd.conf", Self.text.replacingOccurrences(of: "@DIR@/state", with: "@DIR@/link"))
            try await expectRefusal(site, link, "others can change where this symbolic link leads")
            try Command.require(["chown", "-h", "0", link])
            let daemon = try site.launch(preparing: "chmod 777 /run/knockd")
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            let complaint = "/run/knockd: others than the owner can change it (mode 777)"
            #expect(daemon.errors.contains(complaint), "\(daemon.log)")
        }

        /// Root's link leads to a directory of root's in a sticky directory of root's.
        @Test func whatIsRootsPassesAndAReloadLooksAgain() async throws {
            let site = try site()
            defer { site.close() }
            try Command.require([
                "sh", "-c",
                "cd '\(site.scratch)' && mkdir -m 1777 sticky && mv state sticky && ln -s sticky/state state",
            ])
            let daemon = try await site.start(Self.text)
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            #expect(!daemon.log.contains(LogWords.ledgerFailed), "\(daemon.log)")
            try Command.require(["chmod", "666", "\(site.scratch)/doors/one.conf"])
            daemon.signal(SIGHUP)
            try await site.waitForLog("has errors, the configuration stays as it was")
            #expect(daemon.errors.contains("doors/one.conf: others than the owner can change it"))
            // The next start would not take the ledger either, nor one that is named now.
            let state = "\(site.scratch)/sticky/state"
            try Command.require(["sh", "-c", "chmod 600 '\(site.scratch)/doors/one.conf' && chmod 770 '\(state)'"])
            daemon.signal(SIGHUP)
            try await site.waitForLog("\(state): others than the owner can change it (mode 770)")
            try Command.require(["sh", "-c", "chmod 700 '\(state)' && mkdir -m 777 '\(site.scratch)/open'"])
            try site.write("knockd.conf", Self.text.replacingOccurrences(of: "state/inner", with: "open"))
            daemon.signal(SIGHUP)
            try await site.waitForLog("\(site.scratch)/open: others than the owner can change it (mode 777)")
        }
    }
}
