/// Seconds since 1970-01-01T00:00:00Z.
package typealias UnixSeconds = Int64

/// One generation of a key: a secret, and how long it is valid.
package struct KeyGeneration: Equatable, Sendable {
    /// The state in its file.
    package enum State: Equatable, Sendable {
        case active
        /// A newer generation exists; this one is valid until the given time.
        case retiring(Retirement)
        /// Revoked for good.
        case revoked
    }

    /// When a retiring generation ceases to be valid.
    package enum Retirement: Equatable, Sendable {
        case at(UnixSeconds)
        /// An hour after a newer generation of the key was first accepted.
        case afterUse
    }

    /// The effect of the state at a certain moment.
    package enum Standing: String, Equatable, Sendable {
        case active
        case retiring
        case retired
        case revoked
    }

    /// The time from the first use of a newer generation until one that retires after use ends, in seconds.
    package static let afterUse: UnixSeconds = 3600

    /// Counted from 1; the newest has the greatest number.
    package let number: Int
    package let id: GenerationID
    package let secret: SecretBytes
    package let created: UnixSeconds
    package var state: State

    package init(number: Int, id: GenerationID, secret: SecretBytes, created: UnixSeconds, state: State) {
        self.number = number
        self.id = id
        self.secret = secret
        self.created = created
        self.state = state
    }
}

extension KeyGeneration {
    /// The effect of its state at a moment.
    package func standing(at now: UnixSeconds, successorFirstUsed: UnixSeconds?) -> Standing {
        state.standing(at: now, successorFirstUsed: successorFirstUsed)
    }

    /// When it ceases to be valid; nil if that is not known.
    package func end(successorFirstUsed: UnixSeconds?) -> UnixSeconds? {
        state.end(successorFirstUsed: successorFirstUsed)
    }
}

extension KeyGeneration.State {
    /// The effect of this state at a moment.
    ///
    /// - Parameter successorFirstUsed: when a newer generation of the key was first accepted; nil if none was, or if
    ///   that is not known.
    package func standing(at now: UnixSeconds, successorFirstUsed: UnixSeconds?) -> KeyGeneration.Standing {
        switch self {
        case .active: return .active
        case .revoked: return .revoked
        case .retiring:
            guard let end = end(successorFirstUsed: successorFirstUsed) else { return .retiring }
            return now < end ? .retiring : .retired
        }
    }

    /// When a generation of this state ceases to be valid; nil if that is not known.
    package func end(successorFirstUsed: UnixSeconds?) -> UnixSeconds? {
        switch self {
        case .active, .revoked: return nil
        case .retiring(.at(let moment)): return moment
        case .retiring(.afterUse):
            return successorFirstUsed.map { $0 > .max - KeyGeneration.afterUse ? .max : $0 + KeyGeneration.afterUse }
        }
    }
}

extension KeyGeneration.Standing {
    /// Whether signed knocks of such a generation are valid.
    package var isUsable: Bool { self == .active || self == .retiring }
}
