import Foundation
import TestSupport
import Testing

/// The seeds of the fuzzer, all that it has ever found, and some thousand mutations of both, through every target.
struct FuzzingTests {
    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()

    private func inputs(_ target: FuzzTarget, in folder: String) throws -> [[UInt8]] {
        let place = Self.folder.appendingPathComponent("\(folder)/\(target.rawValue)")
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { [UInt8](try Data(contentsOf: $0)) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func whatWasFoundOnceIsNotFoundAgain(target: FuzzTarget) throws {
        for input in try inputs(target, in: "Findings") { target.take(input) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func mutationsOfTheSeedsDoNoHarm(target: FuzzTarget) throws {
        let seeds = try inputs(target, in: "Seeds")
        #expect(seeds.count >= 3)
        for seed in seeds { target.take(seed) }
        var random = SeededGenerator.announced(by: "mutationsOfTheSeedsDoNoHarm(\(target.rawValue))")
        for round in 0..<1500 {
            let seed = seeds[round % seeds.count]
            target.take(random.mutated(random.oneIn(3) ? random.mutated(seed) : seed))
        }
    }
}
