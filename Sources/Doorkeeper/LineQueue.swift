import Base
import Events
import Packets

/// A queue of log lines that keeps their order. A line that waits for a name delays those behind it by 2 s at most.
struct LineQueue {
    /// A line to be written.
    struct Line: Equatable {
        let event: Event
        /// When it happened, in seconds since 1970.
        let wallSeconds: Int
        var name: HostName?
    }

    private struct Waiting {
        let line: Line
        /// The address whose name it waits for; nil if none.
        let source: IPAddress?
        let deadline: Milliseconds
    }

    private var waiting: [Waiting] = []
    private let names: any NameSource

    init(names: any NameSource) {
        self.names = names
    }

    /// Adds a line, and returns the lines to write now.
    mutating func append(_ line: Line, isProof: Bool, now: Milliseconds) -> [Line] {
        // Ask at once, so that several names are looked up while the first line waits.
        let source = line.event.facts.source
        if let source { _ = names.ask(for: source, isForProof: isProof, now: now) }
        waiting.append(Waiting(line: line, source: source, deadline: now + DoorkeeperLimits.lineWait))
        return release(now)
    }

    /// Takes the lines that need not wait any longer, in order.
    mutating func release(_ now: Milliseconds) -> [Line] {
        var released: [Line] = []
        for entry in waiting {
            guard let line = outcome(of: entry, now) ?? (isOverfull(released.count) ? entry.line : nil) else { break }
            released.append(line)
        }
        waiting.removeFirst(released.count)
        return released
    }

    /// Takes all lines, with the names known by now.
    mutating func releaseAll(_ now: Milliseconds) -> [Line] {
        defer { waiting = [] }
        return waiting.map { outcome(of: $0, now) ?? $0.line }
    }

    /// When the first line has waited long enough; nil while none waits.
    var nextDeadline: Milliseconds? { waiting.first?.deadline }

    private func isOverfull(_ released: Int) -> Bool { waiting.count - released > DoorkeeperLimits.waitingLines }

    /// The line as it is to be written; nil while it waits for its name.
    private func outcome(of entry: Waiting, _ now: Milliseconds) -> Line? {
        guard let address = entry.source else { return entry.line }
        if case .settled(let name) = names.standing(of: address, now: now) {
            var line = entry.line
            line.name = name
            return line
        }
        return entry.deadline <= now ? entry.line : nil
    }
}
