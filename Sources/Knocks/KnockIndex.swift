/// Finds the doors that a knock concerns. Every packet asks, so the answer takes no hash and no array: two ranges of
/// `doors`.
struct KnockIndex {
    struct Concerned {
        /// Doors whose sequence it begins.
        let begins: Range<Int>
        /// Doors whose sequence contains it.
        let occursIn: Range<Int>
    }

    /// The knocks of all doors, as sorted numbers.
    private let knocks: [UInt32]
    private let concerned: [Concerned]
    /// The door numbers to which the ranges refer.
    let doors: [Int]

    init(_ sequences: [KnockSequence]) {
        var begins: [UInt32: [Int]] = [:]
        var occursIn: [UInt32: [Int]] = [:]
        for (door, sequence) in sequences.enumerated() {
            begins[Self.number(sequence.first), default: []].append(door)
            for knock in Set(sequence.knocks.map(Self.number)) { occursIn[knock, default: []].append(door) }
        }
        var doors: [Int] = []
        func places(_ some: [Int]) -> Range<Int> {
            doors += some
            return doors.count - some.count..<doors.count
        }
        knocks = occursIn.keys.sorted()
        concerned = knocks.map {
            Concerned(begins: places(begins[$0] ?? []), occursIn: places(occursIn[$0] ?? []))
        }
        self.doors = doors
    }

    /// The doors that this knock concerns; nil if there are none.
    subscript(knock: Knock) -> Concerned? {
        let number = Self.number(knock)
        var (low, high) = (0, knocks.count)
        while low < high {
            let middle = (low + high) / 2
            if knocks[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < knocks.count && knocks[low] == number ? concerned[low] : nil
    }

    /// The number of doors that share the most common knock.
    var mostDoorsOfOneKnock: Int { concerned.map(\.occursIn.count).max() ?? 0 }

    private static func number(_ knock: Knock) -> UInt32 { UInt32(knock.transport.rawValue) << 16 | UInt32(knock.port) }
}
