import Base
import Hints
import Packets

/// The replay state of one generation: its spent knocks and its floor (docs/PROTOCOL.md, "Replay state").
///
/// The cost of an operation grows with the number of knocks kept only by the steps of a heap.
struct GenerationReplay {
    /// A door, an address and an operation. An open and a close for one door and address can overtake each other.
    private struct Purpose: Hashable {
        let door: String
        let address: IPAddress
        let operation: SignedKnockBody.Operation

        init(_ knock: SpentKnock, _ operation: SignedKnockBody.Operation) {
            door = knock.door
            address = knock.address
            self.operation = operation
        }
    }

    /// The greatest timestamp of a purpose, and the number of kept knocks that have it.
    private struct Newest {
        var timestamp: UInt64
        var count = 1
    }

    /// A floor that stands for lost state; it changes when the clock is set.
    private struct Loss {
        let until: UInt64
        /// When the state was lost, on the monotonic clock.
        let since: Milliseconds
        var hasAccepted = false
    }

    /// The number of knocks for which this generation has places of its own.
    let reserved: Int
    /// Whether it belongs to one of the server's keys.
    var isPresent = false
    /// The floor without a loss: the greatest of the ledger's floor at the start, the moment of loading, and the
    /// timestamps that were forgotten.
    private var settledFloor: UInt64?
    private var loss: Loss?
    private var nonces: Set<Nonce> = []
    private var newest: [Purpose: Newest] = [:]
    /// The `reserved` knocks with the greatest timestamps.
    private var greatest = Heap<SpentKnock>()
    /// All other kept knocks.
    private var rest = Heap<SpentKnock>()
    /// Knocks that exceeded a rate. They are never spent, and no copy of one is accepted later.
    private var refused: RefusedKnocks

    init(reserved: Int) {
        self.reserved = reserved
        refused = RefusedKnocks(capacity: reserved)
    }

    /// Only knocks with a greater timestamp are valid. Nil if nothing is known of the generation.
    var floor: UInt64? {
        guard let loss else { return settledFloor }
        return max(loss.until, settledFloor ?? 0)
    }

    /// The floor in the ledger. It is higher than `floor` where it stands for refused knocks, which this process knows
    /// one by one.
    var ledgerFloor: UInt64? {
        guard let recorded = refused.recordedFloor else { return floor }
        return max(recorded, floor ?? 0)
    }

    /// The number of kept knocks beyond the reserved places.
    var extraCount: Int { rest.count }

    var count: Int { nonces.count }

    /// All kept knocks, in no order.
    var knocks: [SpentKnock] { greatest.all + rest.all }

    /// The greatest timestamp in this state: no knock above it was ever spent.
    var reach: UInt64 {
        max(ledgerFloor ?? 0, newest.values.reduce(0) { max($0, $1.timestamp) })
    }

    /// Whether a knock with this nonce was spent, or refused for a rate.
    func hasUsed(_ nonce: Nonce) -> Bool { nonces.contains(nonce) || refused.contains(nonce) }

    /// Whether a newer knock for the opposite operation is kept.
    func overtakes(_ knock: SpentKnock) -> Bool {
        let opposite: SignedKnockBody.Operation = knock.operation == .open ? .close : .open
        return newest[Purpose(knock, opposite)].map { $0.timestamp > knock.timestamp } ?? false
    }

    // MARK: Spending and forgetting

    /// Whether one more knock needs a place that is not reserved.
    var needsExtraPlace: Bool { greatest.count >= reserved }

    /// Keeps a knock, unless it is kept already.
    mutating func insert(_ knock: SpentKnock) {
        guard nonces.insert(knock.nonce).inserted else { return }
        if greatest.count < reserved {
            greatest.insert(knock)
        } else {
            rest.insert(greatest.exchangeFirst(knock))
        }
        let purpose = Purpose(knock, knock.operation)
        guard let known = newest[purpose], known.timestamp >= knock.timestamp else {
            newest[purpose] = Newest(timestamp: knock.timestamp)
            return
        }
        if known.timestamp == knock.timestamp { newest[purpose]?.count += 1 }
    }

    /// Whether at least one knock may be forgotten once this one is kept: one that is `expired`, while as many knocks
    /// as are reserved have greater timestamps.
    func canForget(adding knock: SpentKnock, expired: (UInt64) -> Bool) -> Bool {
        guard needsExtraPlace, let least = greatest.first else { return false }
        let isAmongGreatest = least.precedes(knock)
        let displaced = isAmongGreatest ? least : knock
        let threshold = isAmongGreatest ? min(greatest.second?.timestamp ?? .max, knock.timestamp) : least.timestamp
        let smallest = min(displaced.timestamp, rest.first?.timestamp ?? .max)
        return smallest < threshold && expired(smallest)
    }

    /// Forgets the knocks with the smallest timestamps that may be forgotten, at most `limit`, and raises the floor to
    /// the greatest of them.
    mutating func forget(atMost limit: Int, expired: (UInt64) -> Bool) -> [Nonce] {
        var forgotten: [Nonce] = []
        while forgotten.count < limit, let timestamp = nextToForget, expired(timestamp), let knock = rest.popFirst() {
            forgotten.append(knock.nonce)
            nonces.remove(knock.nonce)
            settledFloor = max(settledFloor ?? 0, timestamp)
            let purpose = Purpose(knock, knock.operation)
            guard let known = newest[purpose], known.timestamp == timestamp else { continue }
            newest[purpose] = known.count == 1 ? nil : Newest(timestamp: timestamp, count: known.count - 1)
        }
        return forgotten
    }

    /// The timestamp of the knock that is forgotten first once it has expired; nil if none may be.
    var nextToForget: UInt64? {
        guard let first = rest.first, let least = greatest.first, first.timestamp < least.timestamp else { return nil }
        return first.timestamp
    }

    // MARK: Refusing

    /// Remembers a knock that exceeded a rate.
    ///
    /// - Returns: the floor to record before the knock is reported as refused; nil if the recorded floor is high
    ///   enough.
    mutating func refuse(
        _ knock: SpentKnock, now: UInt64, windowEnd: UInt64, monotonic: Milliseconds
    ) -> UInt64? {
        if let forgotten = refused.insert(knock) { raiseFloor(to: forgotten) }
        let isRaised = refused.raiseRecordedFloor(
            past: knock.timestamp, now: now, windowEnd: windowEnd, monotonic: monotonic)
        return isRaised ? ledgerFloor : nil
    }

    // MARK: Floors

    /// Raises the floor, to the ledger's or to the moment of loading.
    mutating func raiseFloor(to timestamp: UInt64) {
        settledFloor = max(settledFloor ?? 0, timestamp)
    }

    /// Marks the state as lost: knocks up to `floor` are refused, since they may have been spent.
    mutating func lose(until floor: UInt64, since: Milliseconds) {
        loss = Loss(until: floor, since: since)
    }

    /// Notes that a knock was accepted.
    mutating func accept() {
        loss?.hasAccepted = true
    }

    /// Sets the floor of lost state again, up or down, unless a knock has been accepted and the loss is no longer
    /// fresh.
    ///
    /// - Returns: whether it was set.
    mutating func follow(until floor: UInt64, isFresh: (_ lostSince: Milliseconds) -> Bool) -> Bool {
        guard let loss, !loss.hasAccepted || isFresh(loss.since) else { return false }
        self.loss = Loss(until: floor, since: loss.since, hasAccepted: loss.hasAccepted)
        return true
    }
}
