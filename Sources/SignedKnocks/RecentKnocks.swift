import Base
import Hints
import Keys
import Packets

/// Which knocks were spent a moment ago, and where they came from, so that the copies of one datagram which a bridge and
/// its port show are not called replays.
struct RecentKnocks {
    private struct Name: Hashable {
        let generation: GenerationID
        let nonce: Nonce
    }

    /// How long a copy can take.
    static let span: Milliseconds = 2000
    /// Of more than these the oldest is not known any more: its copy is called a replay, which harms nobody.
    static let capacity = 1024

    private var sources: [Name: (source: IPAddress, at: Milliseconds)] = [:]
    /// A ring; `next` is the oldest once it is full.
    private var names: [Name] = []
    private var next = 0

    mutating func insert(_ knock: SpentKnock, source: IPAddress, at now: Milliseconds) {
        let name = Name(generation: knock.generation, nonce: knock.nonce)
        if names.count < Self.capacity {
            names.append(name)
        } else {
            sources[names[next]] = nil
            names[next] = name
            next = (next + 1) % Self.capacity
        }
        sources[name] = (source, now)
    }

    /// Whether it came from this source, and not longer ago than a copy can take.
    func contains(_ knock: SpentKnock, source: IPAddress, at now: Milliseconds) -> Bool {
        guard let known = sources[Name(generation: knock.generation, nonce: knock.nonce)] else { return false }
        return known.source == source && now - known.at <= Self.span
    }
}
