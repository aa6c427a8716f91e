import Doorkeeper
import Foundation
import Listener
import Testing
import Verifier

/// What is fixed against a hostile network stands in one file a module, and docs/LIMITS.md says all of it.
struct LimitsTests {
    private static let root =
        "/" + URL(fileURLWithPath: #filePath).pathComponents.dropFirst().dropLast(3).joined(separator: "/")

    @Test func thePageListsTheLimitsAsTheyAre() throws {
        let path = "\(Self.root)/docs/LIMITS.md"
        if ProcessInfo.processInfo.environment["POSTERN_WRITE_LIMITS"] != nil {
            try Limit.page.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOfFile: path, encoding: .utf8)
        let differing = zip(written.split(separator: "\n"), Limit.page.split(separator: "\n")).first { $0 != $1 }
        #expect(
            written == Limit.page,
            """
            docs/LIMITS.md differs from the limits, first at '\(differing?.0 ?? "its end")': \
            POSTERN_WRITE_LIMITS=1 swift test --filter LimitsTests writes it anew
            """)
    }

    @Test func everyConstantOfALimitsFileIsOnThePage() throws {
        let sources = "\(Self.root)/Sources"
        var found: [String: Set<String>] = [:]
        for module in try FileManager.default.contentsOfDirectory(atPath: sources) {
            let path = "\(sources)/\(module)/\(module)Limits.swift"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            found[module] = Set(text.matches(of: /static (?:let|var) (\w+)/).map { String($0.1) })
        }
        let listed = Limit.all.map { ($0.module, Set($0.limits.map(\.name))) }
        #expect(found == Dictionary(uniqueKeysWithValues: listed))
        for (module, limits) in Limit.all {
            #expect(Set(limits.map(\.name)).count == limits.count, "\(module) has a limit twice")
        }
    }

    @Test func theTestsThatFillThemAreThere() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Self.root)/Tests")
        let names = Limit.all.flatMap(\.limits).compactMap(\.filledIn)
        #expect(names.count > 20)
        for name in names {
            let parts = name.split(separator: ".")
            let file = try #require(files.first { $0.hasSuffix("/\(parts[0]).swift") }, "there is no suite \(parts[0])")
            let text = try String(contentsOfFile: "\(Self.root)/Tests/\(file)", encoding: .utf8)
            #expect(text.contains("func \(parts[1])("), "\(name)")
        }
    }

    @Test func whatOneRoleLetsThroughAnotherHasRoomFor() {
        #expect(VerifierLimits.undecided < DoorkeeperLimits.waitingOrders)
        #expect(2 * ListenerLimits.attemptLines.burst <= DoorkeeperLimits.attemptLines.burst)
        #expect(2 * ListenerLimits.attemptLines.perSecond <= DoorkeeperLimits.attemptLines.count)
        #expect(2 * VerifierLimits.linesOfGeneration.burst <= DoorkeeperLimits.refusalLines.burst)
        #expect(VerifierLimits.linesOfGeneration.interval >= 2 * DoorkeeperLimits.refusalLines.interval)
    }
}
