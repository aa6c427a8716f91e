package import Base

/// A table that forgets each value when it was not written for one to two times a given time.
package struct FadingTable<Key: Hashable, Value> {
    private let time: Milliseconds
    /// Values written since `turned`.
    private var recent: [Key: Value] = [:]
    private var former: [Key: Value] = [:]
    private var turned: Milliseconds = 0

    /// - Parameter time: shortest time for which a value is kept.
    package init(time: Milliseconds) {
        self.time = time
    }

    /// Number of values.
    package var count: Int { recent.count + former.count }

    package subscript(key: Key) -> Value? { recent[key] ?? former[key] }

    /// Removes and returns a value, so that it can be changed without a copy.
    package mutating func remove(_ key: Key) -> Value? {
        recent.removeValue(forKey: key) ?? former.removeValue(forKey: key)
    }

    package mutating func write(_ value: Value, for key: Key) {
        recent[key] = value
        former[key] = nil
    }

    /// Forgets old values.
    ///
    /// - Parameter now: time of a clock that never goes back.
    package mutating func turn(now: Milliseconds) {
        guard now - turned >= time else { return }
        former = now - turned >= 2 * time ? [:] : recent
        recent = [:]
        turned = now
    }
}
