import Base
import Hints
import Keys
import Packets
import SignedKnocks
import Testing

@testable import Doors

/// Verified knocks, made as they are made in earnest.
private struct Signer {
    private static let now: UInt64 = 1_700_000_000_000
    private let signer: KnockSigner
    private let verifier: KnockVerifier

    init() throws {
        var secret = [UInt8](1...32)
        let keys = try WorkingKeys(secret: SecretBytes(taking: &secret), server: Sample.key("gw"))
        signer = try KnockSigner(keys)
        verifier = try KnockVerifier(generations: [(keys, true)], window: TimeWindow(span: 30_000))
        _ = try verifier.newHints(at: Self.now)
    }

    func knock(
        from source: IPAddress, door: String, for address: IPAddress? = nil, seconds: UInt32 = 0,
        _ operation: SignedKnockBody.Operation = .open
    ) throws -> VerifiedKnock {
        let body = SignedKnockBody(
            timestamp: Self.now, address: address, seconds: seconds, operation: operation, door: door)
        let bytes = try signer.sign(body, nonce: Nonce(high: 1, low: 2))
        let datagram = try #require(UnverifiedKnock(source: source, isOnLoopback: false, bytes: bytes))
        guard case .verified(let knock) = try verifier.verify(datagram, now: Self.now) else { throw NotVerified() }
        return knock
    }

    struct NotVerified: Error {}
}

struct AccessPolicyTests {
    private let signer: Signer
    private let laptop: KeyName
    private let phone: KeyName
    private let home = IPAddress(ipv4: 0xC612_0102)
    private let away = IPAddress(ipv4: 0xC612_0103)
    private let home6 = IPAddress(high: 0x2001_0DB8_0000_0000, low: 2)

    init() throws {
        signer = try Signer()
        laptop = try Sample.key("laptop")
        phone = try Sample.key("phone")
    }

    /// A door that does everything, for the laptop.
    private func entry(
        _ name: String = "ssh", keys: SignedDoor.Keys? = nil, rule: SignedDoor.AddressRule = .observed,
        delegates: Set<KeyName> = [], longest: Milliseconds = 3_600_000, opensIPv6: Bool = true,
        closesIPv4: Bool = true
    ) -> AccessPolicy.Entry {
        AccessPolicy.Entry(
            name: name,
            signed: SignedDoor(
                keys: keys ?? .named([laptop]), addressRule: rule, delegates: delegates, longest: longest),
            opensIPv4: true, opensIPv6: opensIPv6, closesIPv4: closesIPv4, closesIPv6: true)
    }

    private func refusal(
        _ knock: VerifiedKnock, _ entries: AccessPolicy.Entry..., by key: KeyName? = nil
    ) -> RejectReason? {
        switch AccessPolicy(doors: entries).judge(AccessRequest(knock), by: key ?? laptop) {
        case .success: nil
        case .failure(let reason): reason
        }
    }

    private func grant(
        _ knock: VerifiedKnock, _ entries: AccessPolicy.Entry..., by key: KeyName? = nil
    ) throws -> AccessGrant {
        try AccessPolicy(doors: entries).judge(AccessRequest(knock), by: key ?? laptop).get()
    }

    @Test(arguments: [SignedDoor.AddressRule.observed, .bound])
    func aKeyMayCloseWhereverItComesFrom(rule: SignedDoor.AddressRule) throws {
        let close = try signer.knock(from: away, door: "ssh", for: home, .close)
        #expect(try grant(close, entry(rule: rule)).address == home)
        #expect(refusal(close, entry(rule: rule), by: phone) == .keyNotListed)
        #expect(refusal(try signer.knock(from: away, door: "ssh", for: home), entry(rule: rule)) == .addressDiffers)
        #expect(refusal(try signer.knock(from: home, door: "ssh", for: home6), entry(rule: rule)) == .addressDiffers)
    }

    @Test func aListedKeyOpensForItsSource() throws {
        let found = try grant(try signer.knock(from: home, door: "web"), entry(), entry("web"), entry("mail"))
        #expect(found == AccessGrant(door: 1, operation: .open, address: home, openFor: nil))
    }

    @Test func aCloseIsAClaimToo() throws {
        let found = try grant(try signer.knock(from: home, door: "ssh", .close), entry())
        #expect(found == AccessGrant(door: 0, operation: .close, address: home, openFor: nil))
    }

    @Test(arguments: ["SSH", "ss", "ssh2", "s-"])
    func anotherNameIsAnotherDoor(name: String) throws {
        #expect(refusal(try signer.knock(from: home, door: name), entry()) == .unknownDoor)
    }

    @Test func withoutDoorsThereIsNone() throws {
        #expect(refusal(try signer.knock(from: home, door: "ssh")) == .unknownDoor)
    }

    @Test func aKeyThatIsNotListedIsRefused() throws {
        let knock = try signer.knock(from: home, door: "ssh")
        #expect(refusal(knock, entry(), by: phone) == .keyNotListed)
        #expect(refusal(knock, entry(keys: .named([])), by: laptop) == .keyNotListed)
        #expect(refusal(knock, entry(delegates: [phone]), by: phone) == .keyNotListed)
        #expect(refusal(knock, entry(keys: .all), by: phone) == nil)
        #expect(refusal(knock, entry(keys: .named([laptop, phone])), by: phone) == nil)
    }

    @Test func whatTheDoorHasNoCommandForIsImpossible() throws {
        let four = try signer.knock(from: home, door: "ssh")
        let six = try signer.knock(from: home6, door: "ssh")
        #expect(refusal(four, entry(opensIPv6: false)) == nil)
        #expect(refusal(six, entry(opensIPv6: false)) == .impossibleOperation)
        #expect(
            refusal(try signer.knock(from: home, door: "ssh", .close), entry(closesIPv4: false)) == .impossibleOperation
        )
        #expect(refusal(try signer.knock(from: home6, door: "ssh", .close), entry(closesIPv4: false)) == nil)
    }

    /// The address that it is for counts, not the packet's.
    @Test func theFamilyIsThatOfTheAddressToOpenFor() throws {
        let knock = try signer.knock(from: home, door: "ssh", for: home6)
        #expect(refusal(knock, entry(delegates: [laptop], opensIPv6: false)) == .impossibleOperation)
        #expect(refusal(knock, entry(delegates: [laptop])) == nil)
    }

    // MARK: Addresses

    @Test(arguments: SignedKnockBody.Operation.all)
    func anObservedAddressMayBeNamedIfItIsTheSource(operation: SignedKnockBody.Operation) throws {
        let named = try signer.knock(from: home, door: "ssh", for: home, operation)
        #expect(try grant(named, entry()).address == home)
    }

    @Test(arguments: SignedKnockBody.Operation.all)
    func aBoundAddressMustBeNamedAndBeTheSource(operation: SignedKnockBody.Operation) throws {
        let bound = entry(rule: .bound)
        #expect(refusal(try signer.knock(from: home, door: "ssh", operation), bound) == .addressMissing)
        #expect(try grant(try signer.knock(from: home, door: "ssh", for: home, operation), bound).address == home)
    }

    @Test(arguments: [SignedDoor.AddressRule.observed, .bound])
    func aDelegateOpensForAnyAddress(rule: SignedDoor.AddressRule) throws {
        let door = entry(keys: .all, rule: rule, delegates: [laptop])
        let knock = try signer.knock(from: home, door: "ssh", for: away)
        #expect(try grant(knock, door).address == away)
        #expect(refusal(knock, door, by: phone) == .addressDiffers)
    }

    @Test func aDelegateNamesTheAddressWhereThatIsTheRule() throws {
        let knock = try signer.knock(from: home, door: "ssh")
        #expect(refusal(knock, entry(rule: .bound, delegates: [laptop])) == .addressMissing)
        #expect(try grant(knock, entry(delegates: [laptop])).address == home)
    }

    // MARK: Time

    @Test(
        arguments: [
            (0, 3_600_000, nil), (1, 3_600_000, 1000), (3600, 3_600_000, 3_600_000), (3601, 3_600_000, 3_600_000),
            (.max, 1000, 1000), (.max, .max, 4_294_967_295_000), (5, 0, 0),
        ] as [(UInt32, Milliseconds, Milliseconds?)])
    func theTimeIsCutToTheDoors(seconds: UInt32, longest: Milliseconds, expected: Milliseconds?) throws {
        let knock = try signer.knock(from: home, door: "ssh", seconds: seconds)
        #expect(try grant(knock, entry(longest: longest)).openFor == expected)
    }

    // MARK: Doors

    @Test func aDoorSaysWhatItCanDo() throws {
        let both = Door.Actions(start: try #require(ActionTemplate("a")), stop: ActionTemplate("b"))
        let startOnly = Door.Actions(start: try #require(ActionTemplate("a")), stop: nil)
        let signed = SignedDoor(keys: .all, addressRule: .bound, delegates: [], longest: 5)
        let door = try Sample.door("web", signed: signed, actions: startOnly, actionsIPv6: both)
        #expect(
            AccessPolicy.Entry(door)
                == AccessPolicy.Entry(
                    name: "web", signed: signed, opensIPv4: true, opensIPv6: true, closesIPv4: false, closesIPv6: true))
        let none = try #require(AccessPolicy.Entry(try Sample.door(signed: signed, actions: nil, actionsIPv6: nil)))
        #expect(!none.opensIPv4 && !none.opensIPv6 && !none.closesIPv4 && !none.closesIPv6)
        #expect(AccessPolicy.Entry(try Sample.door(actions: both, actionsIPv6: both)) == nil)
    }
}

extension SignedKnockBody.Operation {
    fileprivate static let all: [Self] = [.open, .close]
}
