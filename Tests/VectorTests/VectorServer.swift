import Doors
import Hints
import Keys
import Packets

@testable import SignedKnocks

/// Does with a vector's datagram what a server does: all nine steps but the allowance.
extension Vector {
    func judged() throws -> Expectation {
        guard let knock = UnverifiedKnock(source: source, isOnLoopback: isOnLoopback, bytes: datagram) else {
            return .refused(.length)
        }
        let keys = try keys
        let isUsable = state == "active" || state == "retiring"
        let verifier = try KnockVerifier(
            generations: [(keys, isUsable)], window: TimeWindow(span: Int64(window)))
        _ = try verifier.newHints(at: now)
        switch try verifier.verify(knock, now: now) {
        case .refused(let reason, _, _): return .refused(reason)
        case .verified(let verified): return granted(verified, keys.id)
        }
    }

    private func granted(_ knock: VerifiedKnock, _ id: GenerationID) -> Expectation {
        let grant: AccessGrant
        guard let key = KeyName(VectorCases.key) else { return .refused(.keyNotListed) }
        switch AccessPolicy(doors: doors.map(\.entry)).judge(AccessRequest(knock), by: key) {
        case .failure(let reason): return .refused(reason)
        case .success(let made): grant = made
        }
        var cache = ReplayCache(window: TimeWindow(span: Int64(window)))
        cache.restore(floor: floor, of: id)
        spent.forEach { cache.restore($0) }
        let spending = SpentKnock(
            generation: id, nonce: knock.nonce, timestamp: knock.body.timestamp, door: knock.body.door,
            address: grant.address, operation: grant.operation)
        switch cache.spend(spending, siblings: [id], now: now, monotonic: 0) {
        case .refused(let reason), .overRate(let reason, _): return .refused(reason)
        case .spent:
            let door = doors[grant.door]
            let seconds = grant.openFor.map { UInt64($0) / 1000 } ?? (grant.operation == .close ? 0 : door.seconds)
            return .accepted(grant.operation, door: door.name, address: grant.address, seconds: seconds)
        }
    }
}

extension Vector.Expectation {
    fileprivate static func refused(_ reason: RejectReason) -> Self {
        // Without what the reason knows of this one case, such as the skew.
        .refused(step: reason.step, reason: String("\(reason)".prefix { $0 != "(" }))
    }
}
