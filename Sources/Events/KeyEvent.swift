import Base
package import Keys

/// Events of keys and their use.
package enum KeyEvent: Equatable, Sendable {
    case fault(String)
    case notLocked
    case taken(keys: Int, generations: Int, directory: String)
    case rotationUnused(from: Event.KeyLabel, retires: UnixSeconds)
    case retiresByUseUnknown(from: Event.KeyLabel)
    /// The record of spent knocks was lost.
    ///
    /// - Parameter from: local time from which on knocks are valid again, such as 12:00:31.
    case replayStateLost(reason: String, from: String)

    var facts: EventFacts {
        switch self {
        case .fault(let diagnostic): EventFacts(diagnostic, .error)
        case .notLocked: EventFacts("the daemon's keys may be swapped to disk; set LimitMEMLOCK=infinity")
        case .taken(let keys, let generations, let directory):
            EventFacts(
                "\(directory): loaded \(Counted.text(keys, "key")) with "
                    + Counted.text(generations, "valid generation"))
        case .rotationUnused(let key, let retires):
            EventFacts(
                "\(key) retires on \(Timestamp.text(retires)), and no newer generation was ever used: does the client "
                    + "have it?")
        case .retiresByUseUnknown(let key):
            EventFacts(
                "\(key) retires once a newer generation is used; the record of uses was lost, so it stays valid until "
                    + "then")
        case .replayStateLost(let reason, let from): EventFacts("signed knocks are valid from \(from) on (\(reason))")
        }
    }
}
