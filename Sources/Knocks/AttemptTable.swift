import Linux
import Packets

/// All attempts of all sources, in a table of fixed size.
///
/// All attempts of one source lie in one set of `ways` neighbouring slots, which SipHash chooses, so that the cost of a
/// packet depends neither on how many sources there are nor on how many doors. A full set gives up the oldest attempt
/// that is still at Stage 1; attempts that are further on are never pushed out. The attempts at one door form a list in
/// the order they began, which is the order they expire in.
struct AttemptTable {
    /// A slot's number in the table.
    typealias Slot = Int

    /// One source's progress at one door. All bytes zero is a free slot.
    struct Attempt: BitwiseCopyable {
        var source = IPAddress(high: 0, low: 0)
        var began: Milliseconds = 0
        /// Neighbours in the door's list: the slot's number plus one, zero at the ends.
        var earlier: UInt32 = 0
        var later: UInt32 = 0
        var door: UInt16 = 0
        /// How many knocks were accepted; zero is a free slot.
        var stage: UInt8 = 0
    }

    private var slots: ZeroedMemory<Attempt>
    /// How many attempts one source can have at once.
    private(set) var ways: Int
    private var setMask: UInt64
    private let hash: SipHash
    /// Each door's list: its oldest and its youngest attempt, as in `Attempt.earlier`.
    private var oldest: [UInt32]
    private var youngest: [UInt32]
    /// How many attempts there are.
    private(set) var count = 0

    /// A table of at least `capacity` slots for `doors` doors; `ways` is what one source can have at once.
    init(capacity: Int, ways: Int, doors: Int, hash: SipHash) {
        var sets = 1
        while sets * ways < capacity { sets *= 2 }
        slots = ZeroedMemory(count: sets * ways)
        self.ways = ways
        setMask = UInt64(sets - 1)
        self.hash = hash
        oldest = [UInt32](repeating: 0, count: doors)
        youngest = oldest
    }

    /// The attempt in a slot.
    subscript(slot: Slot) -> Attempt { slots[slot] }

    /// The slots in which attempts of this source can be.
    func slots(for source: IPAddress) -> Range<Slot> {
        let set = Int(hash.hash(source.high, source.low) & setMask)
        return set * ways..<(set + 1) * ways
    }

    /// Notes a first knock; false if the set is full of attempts that are further on.
    mutating func begin(_ source: IPAddress, at door: Int, in range: Range<Slot>, now: Milliseconds) -> Bool {
        guard let slot = roomForFirstKnock(in: range) else { return false }
        if slots[slot].stage != 0 { remove(slot) }
        slots[slot] = Attempt(source: source, began: now, door: UInt16(door), stage: 1)
        append(slot)
        count += 1
        return true
    }

    private func roomForFirstKnock(in range: Range<Slot>) -> Slot? {
        var victim: Slot?
        for slot in range {
            let attempt = slots[slot]
            if attempt.stage == 0 { return slot }
            if attempt.stage == 1, victim.map({ attempt.began < slots[$0].began }) ?? true { victim = slot }
        }
        return victim
    }

    /// Notes that an attempt is one knock further.
    func advance(_ slot: Slot) {
        slots[slot].stage += 1
    }

    /// Sets an attempt back to its first knock, now.
    mutating func restart(_ slot: Slot, now: Milliseconds) {
        unlink(slot)
        slots[slot].stage = 1
        slots[slot].began = now
        append(slot)
    }

    /// Forgets an attempt.
    mutating func remove(_ slot: Slot) {
        unlink(slot)
        slots[slot] = Attempt()
        count -= 1
    }

    /// The attempt at a door that began first.
    func oldest(at door: Int) -> Slot? {
        oldest[door] == 0 ? nil : Slot(oldest[door]) - 1
    }

    /// The attempt at the same door that began next after this one.
    func later(than slot: Slot) -> Slot? {
        slots[slot].later == 0 ? nil : Slot(slots[slot].later) - 1
    }

    /// Takes up other doors: the attempts at door n go on at door `newNumbers[n]`, or are forgotten if that is nil.
    mutating func renumberDoors(_ newNumbers: [Int?], count doors: Int) {
        let old = (oldest: oldest, youngest: youngest)
        oldest = [UInt32](repeating: 0, count: doors)
        youngest = oldest
        for (door, newNumber) in newNumbers.enumerated() {
            if let newNumber {
                (oldest[newNumber], youngest[newNumber]) = (old.oldest[door], old.youngest[door])
            }
            var link = old.oldest[door]
            while link != 0 {
                let slot = Slot(link) - 1
                link = slots[slot].later
                if let newNumber {
                    slots[slot].door = UInt16(newNumber)
                } else {
                    slots[slot] = Attempt()
                    count -= 1
                }
            }
        }
    }

    /// Makes each set wider, a power of two times as wide as it was. No attempt is lost: a new set is some old ones, one
    /// behind the other, since the same bits of the hash choose it.
    mutating func widen(to newWays: Int) {
        var wider = AttemptTable(capacity: slots.count, ways: newWays, doors: oldest.count, hash: hash)
        let newSets = Int(wider.setMask) + 1
        func moved(_ slot: Slot) -> Slot {
            let set = slot / ways
            return (set % newSets) * newWays + (set / newSets) * ways + slot % ways
        }
        func moved(link: UInt32) -> UInt32 { link == 0 ? 0 : UInt32(moved(Slot(link) - 1) + 1) }
        for slot in 0..<slots.count where slots[slot].stage != 0 {
            var attempt = slots[slot]
            attempt.earlier = moved(link: attempt.earlier)
            attempt.later = moved(link: attempt.later)
            wider.slots[moved(slot)] = attempt
        }
        wider.oldest = oldest.map(moved(link:))
        wider.youngest = youngest.map(moved(link:))
        wider.count = count
        self = wider
    }

    private mutating func append(_ slot: Slot) {
        let (door, link) = (Int(slots[slot].door), UInt32(slot + 1))
        let before = youngest[door]
        slots[slot].earlier = before
        slots[slot].later = 0
        if before == 0 { oldest[door] = link } else { slots[Int(before) - 1].later = link }
        youngest[door] = link
    }

    private mutating func unlink(_ slot: Slot) {
        let attempt = slots[slot]
        let door = Int(attempt.door)
        if attempt.earlier == 0 {
            oldest[door] = attempt.later
        } else {
            slots[Int(attempt.earlier) - 1].later = attempt.later
        }
        if attempt.later == 0 {
            youngest[door] = attempt.earlier
        } else {
            slots[Int(attempt.later) - 1].earlier = attempt.earlier
        }
    }
}
