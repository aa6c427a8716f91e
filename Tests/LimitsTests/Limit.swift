import Base
import Doors

/// A line of docs/LIMITS.md.
struct Limit {
    /// How much, with its unit.
    struct Value {
        let text: String

        static func number(_ number: Int) -> Value { Value(text: grouped(number)) }

        static func bytes(_ count: Int) -> Value {
            let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
            return Value(text: inUnits(count, units) ?? "\(grouped(count)) bytes")
        }

        /// The first of these that can be had.
        static func bytes(_ counts: [Int]) -> Value {
            let texts = counts.map { bytes($0).text }
            return Value(text: texts.dropLast().joined(separator: ", ") + " or " + (texts.last ?? ""))
        }

        static func time(_ time: Milliseconds) -> Value {
            let units = [(86_400_000, "days"), (3_600_000, "h"), (60_000, "min"), (1000, "s")]
            return Value(text: inUnits(Int(time), units) ?? "\(grouped(Int(time))) ms")
        }

        static func rate(_ rate: (burst: Int, count: Int, interval: Milliseconds)) -> Value {
            let pace = rate.interval == 1000 ? "a second" : "in \(time(rate.interval).text)"
            return Value(text: "\(grouped(rate.burst)) at once, then \(grouped(rate.count)) \(pace)")
        }

        static func rate(_ rate: (burst: Int, perSecond: Int)) -> Value {
            self.rate((burst: rate.burst, count: rate.perSecond, interval: 1000))
        }

        static func rate(_ rate: RateLimit) -> Value {
            self.rate((burst: rate.burst, count: rate.perSecond, interval: 1000))
        }

        /// In the greatest unit that leaves no rest; nil if there is none.
        private static func inUnits(_ amount: Int, _ units: [(size: Int, name: String)]) -> String? {
            let unit = units.first { amount >= $0.size && amount.isMultiple(of: $0.size) }
            return unit.map { "\(grouped(amount / $0.size)) \($0.name)" }
        }

        /// With a comma before each three digits.
        private static func grouped(_ number: Int) -> String {
            number < 1000 ? "\(number)" : "\(grouped(number / 1000)),\(String(number % 1000 + 1000).dropFirst())"
        }
    }

    /// The constant's name.
    let name: String
    let whatIsLimited: String
    let value: Value
    /// What happens to what exceeds it.
    let beyond: String
    /// The test that fills what others can fill: `Suite.function`.
    let filledIn: String?

    init(_ name: String, _ whatIsLimited: String, _ value: Value, _ beyond: String, filledIn: String? = nil) {
        self.name = name
        self.whatIsLimited = whatIsLimited
        self.value = value
        self.beyond = beyond
        self.filledIn = filledIn
    }

    private var row: String { "| \(whatIsLimited) (`\(name)`) | \(value.text) | \(beyond) |" }

    /// What no constant says.
    private static let others = [
        "", "## Without a number of their own", "",
        "- Lines of OPEN SESAME, of signed knocks that count and of closes are always written: they are as many as count.",
        "- Lines that their reader does not take do not wait. They are left out, and their number is told there with the "
            + "next line that",
        "fits (not in the system log).",
        "- Of the configurations that wait for the Listener, those between the one it has begun to take and the newest are "
            + "left out.",
    ]

    /// The text of docs/LIMITS.md.
    static var page: String {
        var lines = [
            "# Limits", "",
            "Whatever the network, a role, a file or a command can fill has a fixed limit. Each module's limits stand in one "
                + "file of it,",
            "`<Module>Limits.swift`. `LimitsTests` makes this page from them, and fails when they differ;",
            "`POSTERN_WRITE_LIMITS=1 swift test --filter LimitsTests` writes it anew. \"At once, then\" is a rate: what was "
                + "not used is",
            "saved up to the first number.",
        ]
        for (module, limits) in all {
            let hasTests = limits.contains { $0.filledIn != nil }
            lines += ["", "## \(module)", ""]
            lines.append("| limit | value | beyond it |" + (hasTests ? " test that fills it |" : ""))
            lines.append("|---|---|---|" + (hasTests ? "---|" : ""))
            for limit in limits {
                let test = limit.filledIn.map { "`\($0)`" } ?? ""
                lines.append(limit.row + (hasTests ? " \(test) |" : ""))
            }
        }
        return (lines + others).joined(separator: "\n") + "\n"
    }
}
