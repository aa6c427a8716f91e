package import Base

/// Values of which each is forgotten when it was not written for a while, once to twice as long as is asked for.
package struct FadingTable<Key: Hashable, Value> {
    private let time: Milliseconds
    /// Those written since `turned`, and those of the time before.
    private var recent: [Key: Value] = [:]
    private var former: [Key: Value] = [:]
    private var turned: Milliseconds = 0

    /// - Parameter time: how long a value is kept at least.
    package init(time: Milliseconds) {
        self.time = time
    }

    /// At most so many are there.
    package var count: Int { recent.count + former.count }

    package subscript(key: Key) -> Value? { recent[key] ?? former[key] }

    /// Takes a value out, so that it can be changed without a copy of it.
    package mutating func remove(_ key: Key) -> Value? {
        recent.removeValue(forKey: key) ?? former.removeValue(forKey: key)
    }

    package mutating func write(_ value: Value, for key: Key) {
        recent[key] = value
        former[key] = nil
    }

    /// Forgets what is old.
    ///
    /// - Parameter now: on a clock that never goes back.
    package mutating func turn(now: Milliseconds) {
        guard now - turned >= time else { return }
        former = now - turned >= 2 * time ? [:] : recent
        recent = [:]
        turned = now
    }
}
