import Keys
import Packets
import SignedKnocks
import Testing

@testable import Events

struct SignedEventTests {
    @Test func afterABootTheLogSaysFromWhenOnSignedKnocksAreValid() {
        let event = Event.key(.replayStateLost(reason: "the machine has just started", from: "12:00:31"))
        #expect(EventLine(event).log == "signed knocks are valid from 12:00:31 on (the machine has just started)")
    }

    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let other = IPAddress(ipv4: 0xC612_0109)

    private static func label() throws -> Event.KeyLabel {
        Event.KeyLabel(try #require(KeyName("laptop")), generation: 2)
    }

    private static func line(_ event: Event) -> String? { EventLine(event).log }

    @Test func aSignedKnockIsToldWithItsKeyBehindAddressAndDoor() throws {
        let label = try Self.label()
        #expect(
            Self.line(.signed(.knock(from: label, door: "ssh", source: Self.source, sender: nil)))
                == "198.18.1.2: ssh: signed knock from laptop (generation 2)")
        #expect(
            Self.line(.signed(.knock(from: label, door: "ssh", source: Self.source, sender: Self.other)))
                == "198.18.1.2: ssh: signed knock from laptop (generation 2), sent by 198.18.1.9")
    }

    @Test func aRefusalSaysWhyAndTheSkewWhereThatIsIt() throws {
        let label = try Self.label()
        #expect(
            Self.line(.signed(.refused(.replayed, from: label, door: "ssh", source: Self.source)))
                == "198.18.1.2: ssh: signed knock from laptop (generation 2) refused: it was sent before")
        #expect(
            Self.line(.signed(.refused(.malformedDoor, from: label, door: "", source: Self.source)))
                == "198.18.1.2: signed knock from laptop (generation 2) refused: its door's name is malformed")
        let skews: [(Int64, String)] = [
            (30_001, "30.001"), (-30_001, "-30.001"), (5, "0.005"), (-5, "-0.005"), (.min, "-9223372036854775.808"),
        ]
        for (skew, text) in skews {
            #expect(
                Self.line(.signed(.refused(.outsideWindow(skew: skew), from: label, door: "ssh", source: Self.source)))
                    == "198.18.1.2: ssh: signed knock from laptop (generation 2) refused: the clocks differ by \(text) s"
            )
        }
        #expect(
            Self.line(
                .signed(.refused(.belowFloor(until: 1_000_500), from: label, door: "ssh", source: Self.source))
            )?.hasSuffix("refused: knocks of this key are valid again from 1970-01-01T00:16:41Z on") == true)
    }

    @Test func everyReasonHasWordsOfItsOwn() {
        let reasons: [RejectReason] = [
            .length, .unknownHint, .generationEnded, .wrongTag, .hintOfAnotherEpoch, .unknownOperation, .secondsInClose,
            .reservedNotZero, .malformedDoor, .addressNotAllowed, .sourceNotAllowed, .outsideWindow(skew: 1),
            .unknownDoor, .keyNotListed, .impossibleOperation, .addressDiffers, .addressMissing, .belowFloor(until: 1),
            .replayed, .overtaken, .replayTableFull, .notRecorded, .tooManyKnocks, .tooManyFromSource, .tooManyInAll,
            .tooManyOpenings(limit: 3),
            .tooManyWaiting, .commandTooLong,
        ]
        let words = reasons.map(\.words)
        #expect(Set(words).count == reasons.count)
        #expect(words.allSatisfy { !$0.isEmpty })
    }

    @Test func whatKeysBringAboutIsOneLine() throws {
        let label = try Self.label()
        let lines: [(Event, String)] = [
            (
                .signed(.close(from: label, door: "ssh", source: Self.source, sender: nil, isHeld: false)),
                "198.18.1.2: ssh: close from laptop (generation 2)"
            ),
            (
                .signed(.close(from: label, door: "ssh", source: Self.source, sender: nil, isHeld: true)),
                "198.18.1.2: ssh: close from laptop (generation 2), others hold it open"
            ),
            (
                .signed(.nothingToClose(from: label, door: "ssh", source: Self.source, sender: nil)),
                "198.18.1.2: ssh: close from laptop (generation 2), which does not hold it open"
            ),
            (
                .signed(.atAnotherTime(from: label, source: Self.source, skewSeconds: -3600)),
                "198.18.1.2: signed by laptop (generation 2) for another time: clocks differ by -3600 s, "
                    + "or an old knock was sent again"
            ),
            (
                .signed(.byRetired(from: label, source: Self.source)),
                "198.18.1.2: signed by laptop (generation 2), which is no longer valid"
            ),
            (.key(.taken(keys: 2, generations: 3, directory: "/k")), "/k: loaded 2 keys with 3 valid generations"),
            (.opening(.holdsRevoked(2)), "closing 2 openings of revoked keys"),
        ]
        for (event, text) in lines { #expect(Self.line(event) == text) }
    }

    @Test func aFaultOfAKeyFileIsAnErrorToo() {
        #expect(EventLine(.key(.fault("/k/a.key: x"))).error == "/k/a.key: x")
    }
}
