import Linux
import Packets

/// All attempts of all sources, in a table of fixed size.
///
/// All attempts of one source lie in one set of `ways` neighbouring slots, which SipHash chooses, so that the cost of a
/// packet depends neither on how many sources there are nor on how many doors. A full set gives up the oldest attempt
/// that is still at Stage 1; attempts that are further on are never pushed out. The attempts at one door form a list in
/// the order they began, which is the order they expire in. A door that gets another number keeps its list, so that
/// other doors cost the same however many attempts there are.
struct AttemptTable {
    /// A slot's number in the table.
    typealias Slot = Int

    /// One source's progress at one door. All bytes zero is a free slot.
    struct Attempt: BitwiseCopyable {
        var source = IPAddress(high: 0, low: 0)
        var began: Milliseconds = 0
        /// Neighbours in the door's list: the slot's number plus one, zero at the ends.
        fileprivate var earlier: UInt32 = 0
        fileprivate var later: UInt32 = 0
        fileprivate var list: UInt16 = 0
        /// How many knocks were accepted; zero is a free slot.
        var stage: UInt8 = 0
    }

    /// The attempts at one door.
    private struct List {
        /// The ends, as in `Attempt.earlier`.
        var oldest: UInt32 = 0
        var youngest: UInt32 = 0
        var door = 0
    }

    private var slots: ZeroedMemory<Attempt>
    /// How many attempts one source can have at once.
    private(set) var ways: Int
    private var setMask: UInt64
    private let hash: SipHash
    private var lists: [List]
    /// The number of each door's list.
    private var listNumbers: [UInt16]
    /// Lists that belong to no door, and are empty.
    private var freeLists: [UInt16] = []
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
        lists = (0..<doors).map { List(door: $0) }
        listNumbers = (0..<doors).map { UInt16($0) }
    }

    /// The attempt in a slot.
    subscript(slot: Slot) -> Attempt { slots[slot] }

    /// The door of the attempt in a slot.
    func door(of slot: Slot) -> Int { lists[Int(slots[slot].list)].door }

    /// The slots in which attempts of this source can be.
    func slots(for source: IPAddress) -> Range<Slot> {
        let set = Int(hash.hash(source.high, source.low) & setMask)
        return set * ways..<(set + 1) * ways
    }

    /// Notes a first knock; false if the set is full of attempts that are further on.
    mutating func begin(_ source: IPAddress, at door: Int, in range: Range<Slot>, now: Milliseconds) -> Bool {
        guard let slot = roomForFirstKnock(in: range) else { return false }
        if slots[slot].stage != 0 { remove(slot) }
        slots[slot] = Attempt(source: source, began: now, list: listNumbers[door], stage: 1)
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
        let link = lists[Int(listNumbers[door])].oldest
        return link == 0 ? nil : Slot(link) - 1
    }

    /// The attempt at the same door that began next after this one.
    func later(than slot: Slot) -> Slot? {
        slots[slot].later == 0 ? nil : Slot(slots[slot].later) - 1
    }

    /// Takes up other doors: the attempts at door n go on at door `newNumbers[n]`, or are forgotten if that is nil.
    mutating func renumberDoors(_ newNumbers: [Int?], count doors: Int) {
        var kept = [UInt16?](repeating: nil, count: doors)
        for (list, newNumber) in zip(listNumbers, newNumbers) {
            if let newNumber {
                kept[newNumber] = list
            } else {
                forgetAll(in: list)
                freeLists.append(list)
            }
        }
        listNumbers = kept.map { $0 ?? emptyList() }
        for (door, list) in listNumbers.enumerated() { lists[Int(list)].door = door }
    }

    private mutating func forgetAll(in list: UInt16) {
        var link = lists[Int(list)].oldest
        while link != 0 {
            let slot = Slot(link) - 1
            link = slots[slot].later
            slots[slot] = Attempt()
            count -= 1
        }
        lists[Int(list)] = List()
    }

    private mutating func emptyList() -> UInt16 {
        if let list = freeLists.popLast() { return list }
        lists.append(List())
        return UInt16(lists.count - 1)
    }

    /// Makes each set wider, a power of two times as wide as it was. No attempt is lost: a new set is some old ones, one
    /// behind the other, since the same bits of the hash choose it.
    mutating func widen(to newWays: Int) {
        var wider = AttemptTable(capacity: slots.count, ways: newWays, doors: 0, hash: hash)
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
        wider.lists = lists.map {
            List(oldest: moved(link: $0.oldest), youngest: moved(link: $0.youngest), door: $0.door)
        }
        (wider.listNumbers, wider.freeLists) = (listNumbers, freeLists)
        wider.count = count
        self = wider
    }

    private mutating func append(_ slot: Slot) {
        let (list, link) = (Int(slots[slot].list), UInt32(slot + 1))
        let before = lists[list].youngest
        slots[slot].earlier = before
        slots[slot].later = 0
        if before == 0 { lists[list].oldest = link } else { slots[Int(before) - 1].later = link }
        lists[list].youngest = link
    }

    private mutating func unlink(_ slot: Slot) {
        let attempt = slots[slot]
        let list = Int(attempt.list)
        if attempt.earlier == 0 {
            lists[list].oldest = attempt.later
        } else {
            slots[Int(attempt.earlier) - 1].later = attempt.later
        }
        if attempt.later == 0 {
            lists[list].youngest = attempt.earlier
        } else {
            slots[Int(attempt.later) - 1].earlier = attempt.earlier
        }
    }
}
