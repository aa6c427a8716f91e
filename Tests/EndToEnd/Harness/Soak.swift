import Foundation

/// How long tests go on that find the more the longer they run: one short round in `make test`, in `make soak` round
/// after round until the time is over.
enum Soak {
    /// One round of a test.
    struct Round {
        let number: Int
        /// What everything random in it is drawn from.
        let seed: UInt64
        /// How often it kills.
        let kills: Int
        /// When it ends before it has killed as often.
        let end: ContinuousClock.Instant?

        var isOver: Bool { end.map { $0 <= .now } ?? false }
    }

    /// POSTERN_SOAK: how many seconds all such tests together have; nil in `make test`.
    static let seconds = ProcessInfo.processInfo.environment["POSTERN_SOAK"].flatMap(Double.init)
    private static let killsARound = 300

    static var isOn: Bool { seconds != nil }

    /// Runs a test's rounds, at least one of them; in a soak it prints what each says. Each has a seed of its own, or
    /// TEST_SEED, if that is set, to repeat one that has failed.
    ///
    /// - Parameters:
    ///   - share: the part of the soak's time that this test has.
    ///   - kills: how often the round of `make test` kills.
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
