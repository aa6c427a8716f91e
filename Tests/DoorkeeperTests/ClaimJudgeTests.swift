import Base
import Configuration
import DoorControl
import Doors
import Events
import Hints
import KeyMessages
import Keys
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper

/// A claim of the Verifier's is judged again by the keys and doors as they are then.
struct ClaimJudgeTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let wall: UInt64 = 1_800_000_000_000
    /// The time window, and how long the Doorkeeper may take.
    private static let reach: UInt64 = 40_000

    private static let web = "[web]\nkeys = phone\nstart_command = open %IP%\nstop_command = close %IP%\n"

    private let laptop: Key
    private let doors: [Door]
    private let judge: ClaimJudge
    private var keyring = Keyring()

    init() throws {
        let end = UnixSeconds(Self.wall / 1000)
        laptop = try KeySamples.key("laptop", .revoked, .retiring(.at(end)), .retiring(.at(end + 1)), .active)
        let text = "[classic]\nsequence = 7000,8000\n" + KeySamples.text() + Self.web
        doors = try KeySamples.configuration(text).doors
        judge = Self.judge(of: doors)
        try keyring.take([laptop], keeping: [])
    }

    private static func judge(of doors: [Door]) -> ClaimJudge {
        ClaimJudge(doors: doors, doors.compactMap { AccessPolicy.Entry($0) }, window: 30_000)
    }

    private func claim(
        _ number: Int = 4, door: String = "ssh", at timestamp: UInt64 = Self.wall, openFor: Milliseconds? = nil,
        isSurplus: Bool = false
    ) -> SignedClaim {
        SignedClaim(
            generation: laptop.generations[number - 1].id, nonce: Nonce(high: 0, low: 1), timestamp: timestamp,
            operation: .open, door: door, address: Self.source, source: Self.source, isOnLoopback: false,
            openFor: openFor, namesAddress: false, isSurplus: isSurplus)
    }

    private func verdict(on claim: SignedClaim) -> ClaimJudge.Verdict {
        judge.verdict(on: claim, keyring, doors: doors, now: Self.wall)
    }

    private func label(_ number: Int) -> Event.KeyLabel { Event.KeyLabel(laptop.name, generation: number) }

    private func admitted(_ claim: SignedClaim, _ number: Int = 4, at door: Door) -> ClaimJudge.Verdict {
        let grant = AccessGrant(door: 0, operation: .open, address: Self.source, openFor: claim.openFor)
        let signature = Claim.Signature(
            label: label(number), spent: claim.spent, siblings: laptop.generations.map(\.id),
            isSurplus: claim.isSurplus)
        return .claim(Claim(grant, at: door, from: Self.source, signature))
    }

    // MARK: What is admitted

    @Test func aClaimThatIsStillTrueGoesOnToItsDoor() {
        #expect(verdict(on: claim()) == admitted(claim(), at: doors[1]))
        #expect(verdict(on: claim(3)) == admitted(claim(3), 3, at: doors[1]), "it has not retired yet")
    }

    @Test func aSurplusClaimStaysOne() {
        #expect(verdict(on: claim(isSurplus: true)) == admitted(claim(isSurplus: true), at: doors[1]))
    }

    /// A one-time sequence may have been used up since the configuration was read.
    @Test func theDoorIsTheOneOfNow() {
        var changed = doors
        changed[1] = Door(
            identity: doors[1].identity, sequence: nil, oneTimeFile: "/once", signed: doors[1].signed,
            actions: doors[1].actions, actionsIPv6: nil, openFor: 1, startLimit: nil, stopLimit: 0, reknock: .extend,
            maxOpenings: 1)
        let verdict = judge.verdict(on: claim(), keyring, doors: changed, now: Self.wall)
        #expect(verdict == admitted(claim(), at: changed[1]))
    }

    @Test func aTimeThatTheDoorDoesNotAllowIsCut() throws {
        let longest = try #require(doors[1].signed?.longest)
        #expect(verdict(on: claim(openFor: longest + 1000)) == admitted(claim(openFor: longest), at: doors[1]))
    }

    // MARK: What is not

    @Test func aGenerationThatIsGoneIsUnknown() throws {
        var ring = keyring
        try ring.take([], keeping: [])
        #expect(judge.verdict(on: claim(), ring, doors: doors, now: Self.wall) == .unknownGeneration)
    }

    @Test(arguments: [1, 2])
    func aGenerationThatWasRevokedOrHasRetiredIsRefused(number: Int) {
        #expect(verdict(on: claim(number)) == .refused(.generationEnded, by: label(number)))
    }

    /// The Verifier's look was some time ago.
    @Test func aClaimMayHaveWaitedForTheDoorkeeper() {
        for timestamp in [Self.wall - Self.reach, Self.wall + Self.reach] {
            #expect(verdict(on: claim(at: timestamp)) == admitted(claim(at: timestamp), at: doors[1]))
        }
        #expect(
            verdict(on: claim(at: Self.wall - Self.reach - 1))
                == .refused(.outsideWindow(skew: -40_001), by: label(4)))
        #expect(
            verdict(on: claim(at: Self.wall + Self.reach + 1)) == .refused(.outsideWindow(skew: 40_001), by: label(4)))
    }

    @Test func aDoorThatIsNotThereOrDoesNotListTheKeyIsRefused() {
        #expect(verdict(on: claim(door: "gone")) == .refused(.unknownDoor, by: label(4)))
        #expect(verdict(on: claim(door: "web")) == .refused(.keyNotListed, by: label(4)))
        #expect(
            verdict(on: claim(door: "classic")) == .refused(.unknownDoor, by: label(4)), "it takes no signed knocks")
    }

    @Test func beforeAConfigurationIsReadThereIsNoDoor() {
        let verdict = ClaimJudge().verdict(on: claim(), keyring, doors: [], now: Self.wall)
        #expect(verdict == .refused(.unknownDoor, by: label(4)))
    }

    @Test func theServiceJudgesByTheConfigurationThatWasAppliedLast() throws {
        let shell = KeyShell(try KeySamples.configuration())
        shell.put(laptop)
        shell.start()
        let ssh = shell.configuration.doors
        let verdict = shell.service.verdict(on: claim(at: shell.now.wall), doors: ssh, now: shell.now.wall)
        #expect(verdict == admitted(claim(at: shell.now.wall), at: ssh[0]))
        shell.apply(try KeySamples.configuration(KeySamples.text(keys: "phone")))
        #expect(
            shell.service.verdict(
                on: claim(at: shell.now.wall), doors: shell.configuration.doors, now: shell.now.wall)
                == .refused(.keyNotListed, by: label(4)))
        shell.apply(try KeySamples.configuration("[classic]\nsequence = 7000,8000\n"))
        #expect(
            shell.service.verdict(
                on: claim(at: shell.now.wall), doors: shell.configuration.doors, now: shell.now.wall)
                == .refused(.unknownDoor, by: label(4)))
    }
}
