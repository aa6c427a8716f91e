import Base

/// The faults of the keys. Each is logged at once, and again every hour until it is gone.
struct KeyFaults {
    private static let pause: Milliseconds = 3_600_000

    /// When each fault is logged again.
    private var due: [String: Milliseconds] = [:]

    /// Replaces the faults, in the order in which they are logged.
    ///
    /// - Returns: the faults that are new.
    mutating func take(_ faults: [String], now: Milliseconds) -> [String] {
        let former = due
        due = [:]
        return faults.filter { add($0, former, now: now) }
    }

    /// Adds one fault; true if it is new.
    mutating func add(_ fault: String, now: Milliseconds) -> Bool { add(fault, due, now: now) }

    private mutating func add(_ fault: String, _ former: [String: Milliseconds], now: Milliseconds) -> Bool {
        guard due[fault] == nil else { return false }
        due[fault] = former[fault] ?? now + Self.pause
        return former[fault] == nil
    }

    /// Returns the faults that are to be logged again now.
    mutating func takeDue(now: Milliseconds) -> [String] {
        let faults = due.filter { $0.value <= now }.keys.sorted()
        for fault in faults { due[fault] = now + Self.pause }
        return faults
    }

    /// When to call `takeDue` next.
    var nextDue: Milliseconds? { due.values.min() }
}
