import Base
import Packets

/// All attempts of all sources, in a table of fixed size.
///
/// All attempts of one source lie in one set of `ways` neighbouring slots, which SipHash chooses, so that the cost of a
/// packet depends neither on how many sources there are nor on how many doors. A full set gives up an attempt of the door
/// that has most of them there, so that whoever knows one door's sequence cannot push out attempts at another: see
/// `victim`. The attempts at one door form a list in the order they began, which is the order they expire in. A door that
/// gets another number keeps its list, so that other doors cost the same however many attempts there are.
struct AttemptTable: ~Copyable {
    /// A slot's number in the table.
    typealias Slot = Int

    /// One source's progress at one door.
    struct Attempt {
        let source: IPAddress
        let began: Milliseconds
        /// How many knocks were accepted; zero is a free slot.
        let stage: Int
    }

    /// The attempts at one door.
    private struct List {
        /// The ends, as in `Head.earlier`.
        var oldest: UInt32 = 0
        var youngest: UInt32 = 0
        var door = 0
    }

    private let heads: ZeroedMemory<Head>
    private let records: ZeroedMemory<Record>
    /// How many attempts one source can have at once.
    let ways: Int
    private let setMask: UInt64
    private let hash: SipHash
    private var lists: [List]
    /// The number of each door's list.
    private var listNumbers: [UInt16]
    /// Lists that belong to no door, and are empty.
    private var freeLists: [UInt16] = []
    /// How many attempts there are.
    private(set) var count = 0
    /// Whether it has been half full, so that all its pages are in use.
    private var isCrowded = false
    /// How many attempts of a full set each share has, and behind them each stage; all zero but while that is counted.
    private let counts = ZeroedMemory<UInt32>(count: Mark.shares + Mark.stages)

    /// A table of at least `capacity` slots for `doors` doors; `ways` is what one source can have at once.
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

    /// The attempt in a slot.
    subscript(slot: Slot) -> Attempt {
        let (mark, record) = (heads[slot].mark, records[slot])
        return Attempt(
            source: IPAddress(high: record.high, low: record.low), began: mark.began, stage: mark.stage)
    }

    /// The door of the attempt in a slot.
    func door(of slot: Slot) -> Int { lists[Int(records[slot].list)].door }

    /// The slots in which attempts of this source can be.
    func slots(for source: IPAddress) -> Range<Slot> {
        let set = Int(hash.hash(source.high, source.low) & setMask)
        return set * ways..<(set + 1) * ways
    }

    /// The first of these slots that holds an attempt of this source.
    func slot(of source: IPAddress, in range: Range<Slot>) -> Slot? {
        let (heads, mark) = (heads, Mark.of(source))
        for slot in range where heads[slot].mark.source == mark && heads[slot].mark.stage != 0 {
            // By its halves: to compare whole addresses, of another module, takes a call.
            if records[slot].low == source.low, records[slot].high == source.high { return slot }
        }
        return nil
    }

    /// Notes a first knock. In a full set another attempt is forgotten for it.
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

    /// The attempt that a full set gives up: of the door that has most attempts there, at the stage at which most of
    /// these are, the one that began first.
    ///
    /// A flood of attempts has both majorities, whichever door and stage it is at, and so pushes out its own. An attempt
    /// at another door, or at another stage, goes only after the flood has as few as that.
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

    /// Notes that an attempt is one knock further.
    func advance(_ slot: Slot) {
        let mark = heads[slot].mark
        heads[slot].mark = mark.at(stage: mark.stage + 1)
        records[slot].misses = 0
    }

    /// Counts one more wrong packet since the last knock that was accepted; returns how many they are.
    func miss(_ slot: Slot) -> Int {
        if records[slot].misses < .max { records[slot].misses += 1 }
        return Int(records[slot].misses)
    }

    /// Forgets the wrong packets since the last knock that was accepted.
    func forgive(_ slot: Slot) { records[slot].misses = 0 }

    /// Of this source's attempts at this slot's door and stage, all but this one are forgotten.
    mutating func removeOthers(like slot: Slot, in range: Range<Slot>) {
        let (mark, record) = (heads[slot].mark, records[slot])
        for other in range where other != slot && heads[other].mark.stage == mark.stage {
            if records[other].list == record.list, records[other].low == record.low, records[other].high == record.high
            {
                remove(other)
            }
        }
    }

    /// Forgets this source's attempts at a door.
    mutating func removeAll(of source: IPAddress, at door: Int, in range: Range<Slot>) {
        let list = listNumbers[door]
        for slot in range where heads[slot].mark.stage != 0 && records[slot].list == list {
            if records[slot].low == source.low, records[slot].high == source.high { remove(slot) }
        }
    }

    /// Sets an attempt back to its first knock, now.
    mutating func restart(_ slot: Slot, now: Milliseconds) {
        unlink(slot)
        heads[slot].mark = heads[slot].mark.begun(at: now)
        records[slot].misses = 0
        append(slot)
    }

    /// Forgets an attempt.
    mutating func remove(_ slot: Slot) {
        unlink(slot)
        free(slot)
    }

    private mutating func free(_ slot: Slot) {
        heads[slot] = Head()
        records[slot] = Record()
        count -= 1
    }

    /// The attempt at a door that began first.
    func oldest(at door: Int) -> Slot? {
        let link = lists[Int(listNumbers[door])].oldest
        return link == 0 ? nil : Slot(link) - 1
    }

    /// The attempt at the same door that began next after this one.
    func later(than slot: Slot) -> Slot? {
        heads[slot].later == 0 ? nil : Slot(heads[slot].later) - 1
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

    /// Forgets all attempts: from now on there are other doors, and one source can have `ways` attempts at once.
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
