import Base

/// What is wrong with the keys: each fault is told at once, and again once an hour until it is gone.
struct KeyFaults {
    private static let pause: Milliseconds = 3_600_000

    /// When each is told again.
    private var due: [String: Milliseconds] = [:]

    /// Takes what is wrong now, in the order in which it is to be told.
    ///
    /// - Returns: what was not wrong before.
    mutating func take(_ faults: [String], now: Milliseconds) -> [String] {
        let former = due
        due = [:]
        return faults.filter { add($0, former, now: now) }
    }

    /// Takes one fault more; true if it was not there before.
    mutating func add(_ fault: String, now: Milliseconds) -> Bool { add(fault, due, now: now) }

    private mutating func add(_ fault: String, _ former: [String: Milliseconds], now: Milliseconds) -> Bool {
        guard due[fault] == nil else { return false }
        due[fault] = former[fault] ?? now + Self.pause
        return former[fault] == nil
    }

    /// What is to be told again now.
    mutating func takeDue(now: Milliseconds) -> [String] {
        let faults = due.filter { $0.value <= now }.keys.sorted()
        for fault in faults { due[fault] = now + Self.pause }
        return faults
    }

    /// When to ask for that.
    var nextDue: Milliseconds? { due.values.min() }
}
