import Base
import Hints

/// The knocks of one generation that were refused for a rate (docs/PROTOCOL.md, step 9).
///
/// They are known one by one, so that a knock on its way with an earlier timestamp still counts. Only a crash would forget
/// them: for the time after it the ledger has a floor above all of them, which is raised a little further than needed, so
/// that a flood of refusals costs one record a second.
struct RefusedKnocks {
    /// How far the recorded floor lies above the knock that raised it, in milliseconds.
    static let lead: UInt64 = 1000

    private let capacity: Int
    private var nonces: Set<Nonce> = []
    /// Those with the greatest timestamps.
    private var queue = Heap<SpentKnock>()
    /// No refused knock has a greater timestamp. Nil while none was refused.
    private(set) var recordedFloor: UInt64?
    private var recordedAt: Milliseconds?

    /// - Parameter capacity: how many are kept, above 0.
    init(capacity: Int) {
        self.capacity = capacity
    }

    func contains(_ nonce: Nonce) -> Bool { nonces.contains(nonce) }

    /// Keeps a knock.
    ///
    /// - Returns: the timestamp of the one that goes for it, the smallest; nil if there was room.
    mutating func insert(_ knock: SpentKnock) -> UInt64? {
        guard nonces.insert(knock.nonce).inserted else { return nil }
        if queue.count < capacity {
            queue.insert(knock)
            return nil
        }
        let smallest = queue.exchangeFirst(knock)
        nonces.remove(smallest.nonce)
        return smallest.timestamp
    }

    /// Raises the recorded floor where it is not above a refused knock, and somewhat further: by a second; where that was
    /// done less than a second ago, above all that clients with about the right time can send within a second; and above all
    /// that can come within a second if this one is of no such client.
    ///
    /// - Parameters:
    ///   - now: in milliseconds since 1970.
    ///   - windowEnd: the greatest timestamp in the time window.
    /// - Returns: whether it was raised.
    mutating func raiseRecordedFloor(
        past timestamp: UInt64, now: UInt64, windowEnd: UInt64, monotonic: Milliseconds
    ) -> Bool {
        if let recordedFloor, timestamp <= recordedFloor { return false }
        var highest = timestamp
        if let recordedAt, monotonic - recordedAt < SignedKnocksLimits.floorPause {
            let usual = Self.adding(Self.lead, to: now)
            highest = max(timestamp, timestamp <= usual ? usual : windowEnd)
        }
        (recordedFloor, recordedAt) = (Self.adding(Self.lead, to: highest), monotonic)
        return true
    }

    private static func adding(_ span: UInt64, to timestamp: UInt64) -> UInt64 {
        timestamp > .max - span ? .max : timestamp + span
    }
}
