import Base
import Configuration
import DoorControl
import Doors
import Events
import KeyMessages
import Keys
import Linux
import Packets
import SignedKnocks

/// What the Doorkeeper makes of the Verifier's orders: it judges them again by the keys and doors as they are now, and makes
/// claims of them.
extension Doorkeeper {
    /// Acts on orders.
    func accept(_ orders: [SignedOrder], now: Milliseconds) {
        guard !orders.isEmpty, leaving == nil else { return }
        admit(orders.compactMap { claim(of: $0, now: now) })
        // It could make us remember answers without end.
        if verifier.isBehind { endVerifier("more orders than may be under way") }
    }

    /// Whether the addresses of an order can be those of hosts.
    func areHosts(_ order: SignedOrder) -> Bool {
        SignedAddress.isAllowed(order.source, onLoopback: order.isOnLoopback && interfaces.mayBeLoopback)
            && (order.address == order.source || SignedAddress.isAllowed(order.address, onLoopback: false))
    }

    /// Steps 2, 5 and 6 once more, since the configuration and the keys may have changed. Nil if it is refused; its nonce may
    /// count later then.
    private func claim(of order: SignedOrder, now: Milliseconds) -> Claim? {
        let wall = Clock.wallMilliseconds()
        guard let generation = signed.keyring[order.generation] else {
            answer(order)
            return nil
        }
        switch judge(order, generation, wall: wall) {
        case .success(let (opening, door)):
            let signature = Claim.Signature(
                label: label(generation), spent: order.spent,
                siblings: signed.keyring.siblings(of: order.generation).map(\.id), isSurplus: order.isSurplus)
            return Claim(opening, at: door, from: order.source, signature)
        case .failure(let reason):
            // Whoever has caught a datagram can send it as often as he likes.
            journal.tellOfStranger(
                .signed(.refused(reason, from: label(generation), door: order.door, source: order.source)), now: now)
            answer(order)
            return nil
        }
    }

    private func judge(
        _ order: SignedOrder, _ generation: Keyring.Generation, wall: UInt64
    ) -> Result<(OpenOrder, Door), RejectReason> {
        // It was good when it was sent.
        guard signed.keyring.standing(of: generation, at: UnixSeconds(clamping: wall / 1000)).isUsable else {
            return .failure(.generationEnded)
        }
        // The Verifier's look was some time ago.
        let span = configuration.options.timeWindow + DoorkeeperLimits.orderDelay
        guard TimeWindow(span: span).contains(order.timestamp, now: wall) else {
            return .failure(.outsideWindow(skew: TimeWindow.skew(of: order.timestamp, now: wall)))
        }
        return signed.policy.judge(order.request, by: generation.key).flatMap { opening in
            guard let door = signed.doors[order.door].map({ configuration.doors[$0] }) else {
                return .failure(.unknownDoor)
            }
            return .success((opening, door))
        }
    }

    /// Its nonce is not spent.
    private func answer(_ order: SignedOrder) {
        if order.isSurplus { return }
        verifier.send([.decided(generation: order.generation, nonce: order.nonce, isSpent: false)])
    }
}
