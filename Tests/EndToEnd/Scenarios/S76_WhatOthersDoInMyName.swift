// Shows that what others do takes nothing from me: keys that send from my address do not use up my knocks, and no flood of
// first knocks and of sequences that everybody knows hides who came in, or fills the log, which only its owner and group
// can read.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S76WhatOthersDoInMyName {
        @Test func fourKeysThatSendFromMyAddressRefuseNoneOfMyKnocks() async throws {
            let site = try Site()
            defer { site.close() }
            let others = ["other1", "other2", "other3", "other4"]
            try site.makeKeys("laptop")
            for key in others { try site.makeKeys(key) }
            try await site.start(Site.signedOptions() + DoorText.signed("door", keys: "*", timeout: 20))
            let theirs = try others.flatMap { try site.sign("door", key: $0, count: 60) }
            let mine = try site.sign("door", count: 10)
            try site.inject(theirs.map { "0 " + site.signedFrame($0) })
            try await site.waitFor("refusals of theirs") { site.refusals("too many knocks from this key") > 0 }
            try site.inject(mine.enumerated().map { "\($0 * 20) " + site.signedFrame($1) })
            try await site.waitFor("all of mine") {
                site.log.lines(containing: "door: signed knock from laptop (generation 1)").count == 10
            }
            #expect(site.log.lines(containing: LogWords.refusal(of: "laptop")) == [])
        }

        @Test(.alone) func noFloodHidesWhoCameInOrFillsTheLog() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "thief")
            let known = DoorText.section("known", "7000", ["start_command = :"])
            let options = Site.signedOptions("LogFile = @DIR@/log")
            try await site.start(
                options + known + DoorText.recording("mine", "8000,8001,8002", timeout: 20)
                    + DoorText.signed("signed", keys: "laptop,thief", timeout: 20))
            // The thief's key is refused as often as he likes, too.
            let knocks = try site.sign("signed", key: "thief", count: 1) + site.sign("signed", count: 1)
            let refused = try site.sign("nowhere", key: "thief", count: 200)
            let floods = [
                try site.startFlood(count: 200_000, perSecond: 10_000, port: 7000),
                try site.startFlood(count: 200_000, perSecond: 10_000, port: 8000, from: "10.9.0.1"),
            ]
            try await site.waitFor("the flood") { site.log.contains(" about knocks dropped") }
            try site.inject(refused.map { "0 " + site.signedFrame($0, from: "198.18.1.4") })
            try site.inject(
                [8000, 8001, 8002].enumerated().map { "\($0 * 20) " + site.frame($1, from: "198.18.1.5") }
                    + knocks.map { "100 " + site.signedFrame($0, from: "198.18.1.6") })
            for line in [
                "198.18.1.5: mine: OPEN SESAME", "198.18.1.6: signed: signed knock from thief (generation 1)\n",
                "198.18.1.6: signed: signed knock from laptop (generation 1)\n", "198.18.1.6: signed: OPEN SESAME",
            ] {
                try await site.waitFor("the line “\(line)”") { site.read("log").contains(line) }
            }
            for flood in floods {
                #expect(flood.isRunning, "the flood has ended too soon")
                flood.end()
            }
            let log = site.read("log")
            #expect(log.utf8.count < 256 << 10, "\(log.utf8.count) bytes")
            #expect(log.split(separator: "\n").count { $0.contains("known: refused") } <= 70)
            let mode = try FileManager.default.attributesOfItem(atPath: "\(site.scratch)/log")[.posixPermissions]
            #expect(mode as? Int == 0o640)
        }
    }
}
