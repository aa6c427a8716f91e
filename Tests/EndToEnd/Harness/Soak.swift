import Foundation

/// The running time of tests that find more the longer they run. `make test` runs one short round; `make soak` runs
/// rounds until the time is over.
enum Soak {
    /// One round of a test.
    struct Round {
        let number: Int
        /// The seed of all random values in the round.
        let seed: UInt64
        /// The number of kills.
        let kills: Int
        /// The time when it ends even with fewer kills; nil for none.
        let end: ContinuousClock.Instant?

        var isOver: Bool { end.map { $0 <= .now } ?? false }
    }

    /// POSTERN_SOAK: the seconds that all such tests have together; nil in `make test`.
    static let seconds = ProcessInfo.processInfo.environment["POSTERN_SOAK"].flatMap(Double.init)
    private static let killsARound = 300

    static var isOn: Bool { seconds != nil }

    /// Runs a test's rounds, at least one; a soak prints the summary of each. Each round has its own seed. To repeat a
    /// failed round, set TEST_SEED.
    ///
    /// - Parameters:
    ///   - share: the share of the soak's time for this test.
    ///   - kills: the number of kills in the round of `make test`.
    static func rounds(
        of test: String, share: Double, kills: Int, _ body: (Round) async throws -> String
    ) async throws {
        let given = ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) }
        let end = seconds.map { ContinuousClock.now + .seconds($0 * share) }
        var number = 1
        repeat {
            let seed = given ?? .random(in: 0...UInt64.max)
            let said = try await body(Round(number: number, seed: seed, kills: isOn ? killsARound : kills, end: end))
            if isOn { try FileHandle.standardError.write(contentsOf: Data("\(test), round \(number): \(said)\n".utf8)) }
            number += 1
        } while end.map { ContinuousClock.now < $0 } ?? false
    }
}
