import Base
import Hints
import Packets

/// The replay state of one generation: what was spent, and the floor (docs/PROTOCOL.md, "Replay state").
///
/// No operation takes longer for what is kept already, but for the steps of a heap.
struct GenerationReplay {
    /// Which knocks an open and a close can overtake each other among.
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

    /// The greatest timestamp for a purpose, and how many of the kept ones have it.
    private struct Newest {
        var timestamp: UInt64
        var count = 1
    }

    /// A floor that stands for state that is lost: it follows the clock when that is set.
    private struct Loss {
        let until: UInt64
        /// When the state was lost, on the monotonic clock.
        let since: Milliseconds
        var hasAccepted = false
    }

    /// Places that this generation has for itself.
    let reserved: Int
    /// Whether it is among the server's keys.
    var isPresent = false
    /// Of state that is not lost: the moment at which it was loaded, or the greatest timestamp that it has forgotten.
    private var settledFloor: UInt64?
    private var loss: Loss?
    private var nonces: Set<Nonce> = []
    private var newest: [Purpose: Newest] = [:]
    /// Those with the greatest timestamps, as many as are reserved.
    private var greatest = Heap<SpentKnock>()
    /// All others.
    private var rest = Heap<SpentKnock>()
    /// Knocks over a rate. They are never spent, and no copy of one is accepted later.
    private var refused: RefusedKnocks

    init(reserved: Int) {
        self.reserved = reserved
        refused = RefusedKnocks(capacity: reserved)
    }

    /// A knock counts only if its timestamp is greater. Nil while nothing is known of the generation.
    var floor: UInt64? {
        guard let loss else { return settledFloor }
        return max(loss.until, settledFloor ?? 0)
    }

    /// The floor that the ledger has: the same, or higher where it stands for refused knocks that are known one by one
    /// as long as this process lives.
    var ledgerFloor: UInt64? {
        guard let recorded = refused.recordedFloor else { return floor }
        return max(recorded, floor ?? 0)
    }

    /// How many knocks it keeps beyond the places reserved for it.
    var extraCount: Int { rest.count }

    var count: Int { nonces.count }

    /// All that it keeps, in no order.
    var knocks: [SpentKnock] { greatest.all + rest.all }

    /// The greatest timestamp that this state speaks of: nothing above it was ever spent.
    var reach: UInt64 {
        max(ledgerFloor ?? 0, newest.values.reduce(0) { max($0, $1.timestamp) })
    }

    /// Whether a knock with this nonce was spent, or refused for a rate.
    func hasUsed(_ nonce: Nonce) -> Bool { nonces.contains(nonce) || refused.contains(nonce) }

    /// Whether the opposite of what a knock asks for is kept with a greater timestamp.
    func overtakes(_ knock: SpentKnock) -> Bool {
        let opposite: SignedKnockBody.Operation = knock.operation == .open ? .close : .open
        return newest[Purpose(knock, opposite)].map { $0.timestamp > knock.timestamp } ?? false
    }

    // MARK: Spending and forgetting

    /// Whether one more knock takes a place that is not reserved.
    var needsExtraPlace: Bool { greatest.count >= reserved }

    /// Keeps a knock that it does not keep yet.
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

    /// Whether at least one may be forgotten as soon as this knock is kept: one that is `expired`, and than which as many
    /// have greater timestamps as are reserved.
    func canForget(adding knock: SpentKnock, expired: (UInt64) -> Bool) -> Bool {
        guard needsExtraPlace, let least = greatest.first else { return false }
        let isAmongGreatest = least.precedes(knock)
        let displaced = isAmongGreatest ? least : knock
        let threshold = isAmongGreatest ? min(greatest.second?.timestamp ?? .max, knock.timestamp) : least.timestamp
        let smallest = min(displaced.timestamp, rest.first?.timestamp ?? .max)
        return smallest < threshold && expired(smallest)
    }

    /// Forgets the smallest ones that may be, at most `limit`, and raises the floor to the greatest of them.
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

    /// The timestamp of the one that goes first once it has expired; nil while none may go.
    var nextToForget: UInt64? {
        guard let first = rest.first, let least = greatest.first, first.timestamp < least.timestamp else { return nil }
        return first.timestamp
    }

    // MARK: Refusing

    /// Remembers a knock that was over a rate.
    ///
    /// - Returns: the floor to be recorded before the knock is reported as refused; nil if the recorded one is high enough.
    mutating func refuse(
        _ knock: SpentKnock, now: UInt64, windowEnd: UInt64, monotonic: Milliseconds
    ) -> UInt64? {
        if let forgotten = refused.insert(knock) { raiseFloor(to: forgotten) }
        let isRaised = refused.raiseRecordedFloor(
            past: knock.timestamp, now: now, windowEnd: windowEnd, monotonic: monotonic)
        return isRaised ? ledgerFloor : nil
    }

    // MARK: Floors

    /// Raises the floor, as the ledger or the moment of loading has it.
    mutating func raiseFloor(to timestamp: UInt64) {
        settledFloor = max(settledFloor ?? 0, timestamp)
    }

    /// Nobody knows what was spent before.
    mutating func lose(until floor: UInt64, since: Milliseconds) {
        loss = Loss(until: floor, since: since)
    }

    /// A knock was accepted.
    mutating func accept() {
        loss?.hasAccepted = true
    }

    /// Sets the floor of lost state anew, up or down; returns whether that was still to be done: until a knock has been
    /// accepted, and as long as the loss `isFresh`.
    mutating func follow(until floor: UInt64, isFresh: (_ lostSince: Milliseconds) -> Bool) -> Bool {
        guard let loss, !loss.hasAccepted || isFresh(loss.since) else { return false }
        self.loss = Loss(until: floor, since: loss.since, hasAccepted: loss.hasAccepted)
        return true
    }
}
