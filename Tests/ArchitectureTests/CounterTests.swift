import Foundation
import Testing

/// Every counter is reported where it is kept: the file that makes a `Counter`, or counts lines with `LeftOutLines`, also
/// takes the count.
struct CounterTests {
    /// The counters that a source makes and does not report.
    private static func unreported(in source: String) -> [String] {
        let made = source.matches(of: /(?:var|let) \(?([\w, ]+)\)?(?:: \w+)? = \(?(Counter|LeftOutLines)\(/)
        return made.flatMap { match in
            match.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { name in
                !source.contains("\(name).\(match.2 == "Counter" ? "report()" : "take(now:")")
            }
        }
    }

    @Test func everyCounterIsReported() throws {
        let folder = "\(ModuleGraph.root)/Sources"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        var makers: Set<String> = []
        for file in files {
            let source = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            if source.contains(/= \(?(?:Counter|LeftOutLines)\(/) { makers.insert(file) }
            #expect(Self.unreported(in: source) == [], "\(file)")
        }
        #expect(makers.count > 5, "a search that finds no counters finds nothing wrong: \(makers)")
    }

    @Test(
        arguments: [
            ("private var a = Counter()\nlet n = a.report()", []), ("private var a = Counter()\na.add()", ["a"]),
            ("var (a, b) = (Counter(), Counter())\nlet n = b.report()", ["a"]),
            ("var a = LeftOutLines(longestPause: 1)\na.add(now: 0)", ["a"]),
            ("var a = LeftOutLines()\nlet n = a.take(now: 0)", []), ("var a = b.count", []),
        ] as [(String, [String])])
    func oneThatIsNotIsFound(source: String, names: [String]) {
        #expect(Self.unreported(in: source) == names)
    }
}
