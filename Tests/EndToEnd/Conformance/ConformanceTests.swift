// Shows that we do what Debian's knockd does, packet by packet, but where docs/COMPATIBILITY.md says otherwise. What
// knockd did is recorded in Tests/Conformance; POSTERN_CONFORMANCE=peer compares that with the real one again, and
// POSTERN_CONFORMANCE=record writes it anew.
import Foundation
import Synchronization
import Testing

extension EndToEnd {
    @Suite struct ConformanceTests {
        private static let mode = ProcessInfo.processInfo.environment["POSTERN_CONFORMANCE"]

        @Test(.enabled(if: mode != "record"))
        func theCorpusIsSound() throws {
            let corpus = try ConformanceCorpus()
            // The cells are padded to the width of their column.
            let rows = Command.text(at: Host.root + "/docs/COMPATIBILITY.md")
                .replacingOccurrences(of: " +\\|", with: " |", options: .regularExpression)
            #expect(corpus.cases.count >= 50)
            #expect(Set(corpus.cases.map(\.name)).count == corpus.cases.count, "each case has a name of its own")
            for one in corpus.cases {
                #expect(!one.knockd.isEmpty, "“\(one.name)” is not recorded")
                guard let row = one.differs else {
                    #expect(one.postern == nil, "“\(one.name)” differs without a reason")
                    continue
                }
                #expect(one.postern != nil && one.postern != one.knockd, "“\(one.name)” does not differ")
                if one.pending == nil {
                    let isRow = rows.contains("\n| \(row) |")
                    #expect(isRow, "“\(one.name)”: no row of COMPATIBILITY.md says “\(row)”")
                }
            }
        }

        @Test(.alone, .enabled(if: mode != "record"))
        func weDoWhatIsRecorded() async throws {
            let cases = try ConformanceCorpus().cases
            let outcomes = await play(cases, Host.knockd, countsWholeSeconds: false)
            for one in cases {
                let agrees = outcomes[one.name] == one.expected
                if one.pending != nil {
                    #expect(!agrees, "“\(one.name)” is pending no more")
                } else if !agrees {
                    Issue.record(difference(one.name, one.expected, outcomes[one.name]))
                }
            }
        }

        @Test(.alone, .enabled(if: mode == "peer"))
        func debiansKnockdDoesWhatIsRecorded() async throws {
            let cases = try ConformanceCorpus().cases
            let outcomes = await play(cases, Host.debianKnockd, countsWholeSeconds: true)
            for one in cases where outcomes[one.name] != one.knockd {
                Issue.record(difference(one.name, one.knockd, outcomes[one.name]))
            }
        }

        @Test(.alone, .enabled(if: mode == "record"))
        func whatBothDoIsRecorded() async throws {
            let corpus = try ConformanceCorpus()
            let knockd = await play(corpus.cases, Host.debianKnockd, countsWholeSeconds: true)
            let done = corpus.cases.filter { $0.differs != nil && $0.pending == nil }
            var postern = await play(done, Host.knockd, countsWholeSeconds: false)
            for one in corpus.cases where one.pending != nil { postern[one.name] = one.postern }
            try corpus.write(knockd: knockd, postern: postern)
        }

        private func difference(_ name: String, _ expected: [String], _ outcome: [String]?) -> Comment {
            let lines = ["“\(name)”, expected:"] + expected + ["came:"] + (outcome ?? ["nothing"])
            return Comment(rawValue: lines.joined(separator: "\n    "))
        }

        /// Plays cases on several sites side by side; returns what came of each.
        private func play(
            _ cases: [ConformanceCase], _ program: String, countsWholeSeconds: Bool
        ) async -> [String: [String]] {
            let queue = CaseQueue(cases)
            let outcomes = Mutex([String: [String]]())
            await sideBySide(Array(1...Turn.width)) { _ in
                let site = try Site()
                defer { site.close() }
                while let one = queue.next() {
                    let outcome = try await ConformanceRun(
                        one: one, program: program, countsWholeSeconds: countsWholeSeconds, site: site
                    ).outcome()
                    outcomes.withLock { $0[one.name] = outcome }
                }
            }
            return outcomes.withLock { $0 }
        }
    }
}

/// Cases that nobody has taken yet, the longest first.
private final class CaseQueue: Sendable {
    private let cases: Mutex<[ConformanceCase]>

    init(_ cases: [ConformanceCase]) {
        self.cases = Mutex(cases.sorted { Self.length($0) < Self.length($1) })
    }

    func next() -> ConformanceCase? { cases.withLock { $0.popLast() } }

    private static func length(_ one: ConformanceCase) -> Double { (one.play.last?.seconds ?? 0) + one.end }
}
