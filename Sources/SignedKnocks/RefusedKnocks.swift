import Base
import Hints

/// The knocks of one generation that were refused for a rate (docs/PROTOCOL.md, step 9).
///
/// They are kept one by one, so that a knock still on its way with an earlier timestamp stays valid. A crash loses
/// them, so the ledger has a floor above all of them. That floor is raised somewhat further than needed, so that a
/// flood of refusals costs one record a second.
struct RefusedKnocks {
    /// The distance from the knock that raised the recorded floor up to that floor, in milliseconds.
    static let lead: UInt64 = 1000

    private let capacity: Int
    private var nonces: Set<Nonce> = []
    /// The kept knocks, which have the greatest timestamps.
    private var queue = Heap<SpentKnock>()
    /// The recorded floor: no refused knock has a greater timestamp. Nil if none was refused.
    private(set) var recordedFloor: UInt64?
    private var recordedAt: Milliseconds?

    /// - Parameter capacity: the number of knocks kept, at least 1.
    init(capacity: Int) {
        self.capacity = capacity
    }

    func contains(_ nonce: Nonce) -> Bool { nonces.contains(nonce) }

    /// Keeps a knock.
    ///
    /// - Returns: the timestamp of the knock that it replaces, the smallest; nil if there was room.
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

    /// Raises the recorded floor above a refused knock, if it is not above it already.
    ///
    /// It is raised by one second more. If it was raised less than a second ago, it is raised above everything that
    /// clients with about the right time can send within a second; and if this knock is not from such a client, above
    /// everything that can be valid within a second.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
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
