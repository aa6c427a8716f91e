// Shows that the commands of one door, and of one holder of a door, keep nobody else waiting: with as many hanging starts
// as may run, another door's owner and another holder of that door are in within a second; with 200 slow stops every stop
// begins within two seconds of its time.
import Testing

extension EndToEnd {
    @Suite(.alone) struct S75CommandSlots {
        /// The addresses of those who know the sequence of the one door, and what they are as patterns of a shell.
        private static let crowd = (1...200).map { "198.18.9.\($0)" }
        private static let pattern = "198.18.9.*"

        @Test func hangingStartsKeepNeitherAnotherDoorNorAnotherHolderWaiting() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let hang = DoorText.section(
                "hang", "7000",
                [
                    "keys = laptop", "command_limit = 8",
                    "start_command = case %IP% in \(Self.pattern)) exec sleep 60; esac; \(DoorText.record("start hang"))",
                    "stop_command = \(DoorText.record("stop hang"))", "cmd_timeout = 60",
                ])
            try await site.start(Site.signedOptions() + hang + DoorText.recording("door", "8000", timeout: 1))
            try site.inject(Self.crowd.map { "0 " + site.frame(7000, from: $0) })
            try await site.waitFor("the hanging starts") {
                site.log.lines(containing: "hang: running command").count == 64
                    && site.log.contains("hang: start command is waiting (64 running)")
            }
            let knock = try site.sign("hang")
            try site.knock(8000)
            try await site.waitFor("the other door's owner", within: 1.5) {
                site.events.contains("start door 198.18.1.2")
            }
            try site.send(knock, from: "198.18.1.3")
            try await site.waitFor("the key's holder at the same door", within: 1.5) {
                site.events.contains("start hang 198.18.1.3")
            }
            try await site.waitFor("the other door's stop") { site.events.contains("stop door 198.18.1.2") }
            #expect(site.log.lines(containing: "hang: running command").count == 65, "the crowd still waits")
        }

        @Test func everyStopBeginsInTimeHoweverSlowOthersAre() async throws {
            let site = try Site()
            defer { site.close() }
            let slow = DoorText.section(
                "slow", "7000",
                [
                    "start_command = \(DoorText.recordCheaply("start slow"))",
                    "stop_command = \(DoorText.recordCheaply("stop slow")); exec sleep 5", "cmd_timeout = 4",
                ])
            let other = DoorText.section(
                "door", "8000",
                [
                    "start_command = \(DoorText.recordCheaply("start door"))",
                    "stop_command = \(DoorText.recordCheaply("stop door"))", "cmd_timeout = 5",
                ])
            try await site.start(slow + other)
            try site.inject(Self.crowd.map { "0 " + site.frame(7000, from: $0) })
            try await site.waitFor("the crowd to be in") {
                site.events.count { $0.hasPrefix("start slow") } == Self.crowd.count
            }
            for number in 2...5 { try site.knock(8000, from: "198.18.1.\(number)") }
            try await site.waitFor("all stops to begin") {
                site.events.count == 2 * (Self.crowd.count + 4)
            }
            var began: [String: Double] = [:]
            for event in site.timedEvents where event.what.hasPrefix("start") {
                began[String(event.what.dropFirst(6))] = event.seconds
            }
            var latest = 0.0
            for event in site.timedEvents where event.what.hasPrefix("stop") {
                let start = try #require(began[String(event.what.dropFirst(5))], "\(event.what)")
                let late = event.seconds - start - (event.what.hasPrefix("stop slow") ? 4 : 5)
                latest = max(latest, late)
                #expect(late < 2, "\(event.what): \(late) s late")
            }
            print("the latest stop began \(latest) s late")
        }
    }
}
