import Base
import DoorControl
import Events
import Keys

/// Warns of retiring generations while no newer one was used, once a day for each.
struct RotationWarnings {
    private static let hour: Milliseconds = 3_600_000
    private static let day: Milliseconds = 86_400_000

    /// When to check the generations next.
    private(set) var dueAt: Milliseconds = 0
    /// When each reported generation is reported again.
    private var againAt: [GenerationID: Milliseconds] = [:]
    /// Whether it is unknown which generations were used.
    private var isUseUnknown: Bool

    init(isUseUnknown: Bool = false) {
        self.isUseUnknown = isUseUnknown
    }

    /// Notes that a ledger with uses of generations was lost, or cannot be read.
    mutating func useIsUnknown() { isUseUnknown = true }

    /// Returns the warnings that are due.
    mutating func takeDue(in keyring: Keyring, now: Moment) -> [Event] {
        guard dueAt <= now.sinceBoot else { return [] }
        dueAt = now.sinceBoot + Self.hour
        let wall = UnixSeconds(clamping: now.wall / 1000)
        var warnings: [Event] = []
        for generation in keyring.all {
            guard let event = warning(of: generation, in: keyring, at: wall),
                againAt[generation.id].map({ $0 <= now.sinceBoot }) ?? true
            else { continue }
            againAt[generation.id] = now.sinceBoot + Self.day
            warnings.append(event)
        }
        return warnings
    }

    private func warning(of generation: Keyring.Generation, in keyring: Keyring, at wall: UnixSeconds) -> Event? {
        switch keyring.unused(generation, at: wall) {
        case .retires(let end): .key(.rotationUnused(from: generation.label, retires: end))
        case .awaitsUse: isUseUnknown ? .key(.retiresByUseUnknown(from: generation.label)) : nil
        case nil: nil
        }
    }
}
