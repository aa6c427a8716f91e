import Base
import Packets

/// The attempts of all sources, in a table of fixed size.
///
/// SipHash chooses a set of `ways` adjacent slots for each source, and all attempts of that source lie there. So the
/// cost of a packet depends neither on the number of sources nor on the number of doors. A full set gives up an attempt
/// at the door that has most attempts in it, so that a sender who knows one door's sequence cannot push out attempts at
/// another (see `victim`).
///
/// The attempts at one door form a list in the order in which they began, which is the order in which they expire. A
/// door that gets another number keeps its list, so the cost of new doors does not depend on the number of attempts.
struct AttemptTable: ~Copyable {
    /// The index of a slot in the table.
    typealias Slot = Int

    /// One source's progress at one door.
    struct Attempt {
        let source: IPAddress
        let began: Milliseconds
        /// The number of accepted knocks; zero in a free slot.
        let stage: Int
    }

    /// The attempts at one door.
    private struct List {
        /// Both ends of the list, in the form of `Head.earlier`.
        var oldest: UInt32 = 0
        var youngest: UInt32 = 0
        var door = 0
    }

    private let heads: ZeroedMemory<Head>
    private let records: ZeroedMemory<Record>
    /// The most attempts that one source can have at once.
    let ways: Int
    private let setMask: UInt64
    private let hash: SipHash
    private var lists: [List]
    /// The index in `lists` of each door.
    private var listNumbers: [UInt16]
    /// Empty lists that belong to no door.
    private var freeLists: [UInt16] = []
    /// The number of attempts.
    private(set) var count = 0
    /// Whether the table has ever been more than half full, so that nearly all its pages are in use.
    private var isCrowded = false
    /// Counts of the attempts in a full set, by share and then by stage; all zero except while `victim` runs.
    private let counts = ZeroedMemory<UInt32>(count: Mark.shares + Mark.stages)

    /// A table of at least `capacity` slots for `doors` doors; one source can have `ways` attempts at once.
    init(capacity: Int, ways: Int, doors: Int, hash: SipHash) {
        var sets = 1
        while sets * ways < capacity { sets *= 2 }
        heads = ZeroedMemory(count: sets * ways)
        records = ZeroedMemory(count: sets * ways)
        self.ways = ways
        setMask = UInt64(sets - 1)
        self.hash = hash
        lists = (0..<doors).map { List(door: $0) }
        listNumbers = (0..<doors).map { UInt16($0) }
    }

    /// The attempt in this slot.
    subscript(slot: Slot) -> Attempt {
        let (mark, record) = (heads[slot].mark, records[slot])
        return Attempt(
            source: IPAddress(high: record.high, low: record.low), began: mark.began, stage: mark.stage)
    }

    /// The door of the attempt in this slot.
    func door(of slot: Slot) -> Int { lists[Int(records[slot].list)].door }

    /// The slots that can hold attempts of this source.
    func slots(for source: IPAddress) -> Range<Slot> {
        let set = Int(hash.hash(source.high, source.low) & setMask)
        return set * ways..<(set + 1) * ways
    }

    /// The first of these slots that holds an attempt of this source; nil if there is none.
    func slot(of source: IPAddress, in range: Range<Slot>) -> Slot? {
        let (heads, mark) = (heads, Mark.of(source))
        for slot in range where heads[slot].mark.source == mark && heads[slot].mark.stage != 0 {
            // Compare halves: comparing whole addresses, a type of another module, costs a call.
            if records[slot].low == source.low, records[slot].high == source.high { return slot }
        }
        return nil
    }

    /// Begins an attempt at stage 1. In a full set it replaces another attempt.
    mutating func begin(_ source: IPAddress, at door: Int, in range: Range<Slot>, now: Milliseconds) {
        let slot = free(in: range) ?? victim(in: range)
        if heads[slot].mark.stage != 0 { remove(slot) }
        let list = listNumbers[door]
        heads[slot].mark = Mark(source: Mark.of(source), began: now, list: list, stage: 1)
        records[slot] = Record(high: source.high, low: source.low, list: list)
        append(slot)
        count += 1
        if !isCrowded, count > heads.count / 2 {
            isCrowded = true
            heads.useHugePages()
            records.useHugePages()
        }
    }

    private func free(in range: Range<Slot>) -> Slot? {
        let heads = heads
        for slot in range where heads[slot].mark.stage == 0 { return slot }
        return nil
    }

    /// The attempt that a full set gives up.
    ///
    /// It belongs to the door that has most attempts in the set, and to the stage that most of these have reached;
    /// among those it is the oldest. A flood of attempts has both majorities, whichever door and stage it is at, and so
    /// pushes out itself. An attempt at another door, or at another stage, goes only when the flood is down to as few.
    private func victim(in range: Range<Slot>) -> Slot {
        let (heads, counts) = (heads, counts)
        var (mostOfShare, mostOfStage): (UInt32, UInt32) = (0, 0)
        for slot in range {
            let share = heads[slot].mark.share
            counts[share] &+= 1
            mostOfShare = max(mostOfShare, counts[share])
        }
        for slot in range where counts[heads[slot].mark.share] == mostOfShare {
            let stage = Mark.shares + heads[slot].mark.stage
            counts[stage] &+= 1
            mostOfStage = max(mostOfStage, counts[stage])
        }
        var (victim, began) = (range.lowerBound, Milliseconds.max)
        for slot in range {
            let mark = heads[slot].mark
            if mark.began < began, counts[mark.share] == mostOfShare, counts[Mark.shares + mark.stage] == mostOfStage {
                (victim, began) = (slot, mark.began)
            }
        }
        for slot in range {
            counts[heads[slot].mark.share] = 0
            counts[Mark.shares + heads[slot].mark.stage] = 0
        }
        return victim
    }

    /// Moves an attempt to the next stage.
    func advance(_ slot: Slot) {
        let mark = heads[slot].mark
        heads[slot].mark = mark.at(stage: mark.stage + 1)
        records[slot].misses = 0
    }

    /// Counts one more wrong packet since the last accepted knock; returns the count, at most 255.
    func miss(_ slot: Slot) -> Int {
        if records[slot].misses < .max { records[slot].misses += 1 }
        return Int(records[slot].misses)
    }

    /// Sets the count of wrong packets to zero.
    func forgive(_ slot: Slot) { records[slot].misses = 0 }

    /// Removes all other attempts of this source at this slot's door and stage.
    mutating func removeOthers(like slot: Slot, in range: Range<Slot>) {
        let (mark, record) = (heads[slot].mark, records[slot])
        for other in range where other != slot && heads[other].mark.stage == mark.stage {
            if records[other].list == record.list, records[other].low == record.low, records[other].high == record.high
            {
                remove(other)
            }
        }
    }

    /// Removes all attempts of this source at a door.
    mutating func removeAll(of source: IPAddress, at door: Int, in range: Range<Slot>) {
        let list = listNumbers[door]
        for slot in range where heads[slot].mark.stage != 0 && records[slot].list == list {
            if records[slot].low == source.low, records[slot].high == source.high { remove(slot) }
        }
    }

    /// Restarts an attempt at its first knock, now.
    mutating func restart(_ slot: Slot, now: Milliseconds) {
        unlink(slot)
        heads[slot].mark = heads[slot].mark.begun(at: now)
        records[slot].misses = 0
        append(slot)
    }

    /// Removes an attempt.
    mutating func remove(_ slot: Slot) {
        unlink(slot)
        free(slot)
    }

    private mutating func free(_ slot: Slot) {
        heads[slot] = Head()
        records[slot] = Record()
        count -= 1
    }

    /// The oldest attempt at a door; nil if there is none.
    func oldest(at door: Int) -> Slot? {
        let link = lists[Int(listNumbers[door])].oldest
        return link == 0 ? nil : Slot(link) - 1
    }

    /// The next younger attempt at the same door; nil if there is none.
    func later(than slot: Slot) -> Slot? {
        heads[slot].later == 0 ? nil : Slot(heads[slot].later) - 1
    }

    /// Replaces the doors. The attempts at door n go on at door `newNumbers[n]`, or are removed if that is nil.
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
            link = heads[slot].later
            free(slot)
        }
        lists[Int(list)] = List()
    }

    private mutating func emptyList() -> UInt16 {
        if let list = freeLists.popLast() { return list }
        lists.append(List())
        return UInt16(lists.count - 1)
    }

    /// Removes all attempts, for other doors and for `ways` attempts of one source at once.
    mutating func begin(anewWith ways: Int, doors: Int) {
        self = AttemptTable(capacity: heads.count, ways: ways, doors: doors, hash: hash)
    }

    private mutating func append(_ slot: Slot) {
        let (list, link) = (Int(records[slot].list), UInt32(slot + 1))
        let before = lists[list].youngest
        (heads[slot].earlier, heads[slot].later) = (before, 0)
        if before == 0 { lists[list].oldest = link } else { heads[Int(before) - 1].later = link }
        lists[list].youngest = link
    }

    private mutating func unlink(_ slot: Slot) {
        let (earlier, later) = (heads[slot].earlier, heads[slot].later)
        if earlier == 0 {
            lists[Int(records[slot].list)].oldest = later
        } else {
            heads[Int(earlier) - 1].later = later
        }
        if later == 0 {
            lists[Int(records[slot].list)].youngest = earlier
        } else {
            heads[Int(later) - 1].earlier = earlier
        }
    }
}
