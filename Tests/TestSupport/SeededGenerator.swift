import Glibc
import Linux

/// Repeatable random numbers: the same seed gives the same numbers (SplitMix64, Steele, Lea and Flood, 2014).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A generator with another seed in every run. The seed is printed before the test begins, so that even a run that
    /// traps can be repeated by setting TEST_SEED in the environment.
    package static func announced(by test: String = #function) -> SeededGenerator {
        let given = unsafe getenv("TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
        let seed = given ?? ThisProcess.randomNumber()
        Output.printError("\(test): repeat with TEST_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    /// This many random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// True once in this many times, on average.
    package mutating func oneIn(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    /// The bytes with a few of them changed, removed, inserted or cut off.
    package mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...result.count, using: &self)
            let byte = UInt8(truncatingIfNeeded: next())
            switch Int.random(in: 0..<8, using: &self) {
            case 0: result.insert(byte, at: place)
            case 1 where place < result.count: result.remove(at: place)
            case 2: result.removeSubrange(place...)
            case 3: result += self.bytes(Int(byte) % 32)
            default: if place < result.count { result[place] = byte }
            }
        }
        return result
    }
}
