/// Seconds since 1970-01-01T00:00:00Z.
package typealias UnixSeconds = Int64

/// One generation of a key: a secret, and how long it counts.
package struct KeyGeneration: Equatable, Sendable {
    /// What its file says of it.
    package enum State: Equatable, Sendable {
        case active
        /// A newer one has come; this one counts until then.
        case retiring(Retirement)
        /// For good.
        case revoked
    }

    /// When a retiring generation does not count any more.
    package enum Retirement: Equatable, Sendable {
        case at(UnixSeconds)
        /// An hour after a newer generation of the key was first accepted.
        case afterUse
    }

    /// What follows from that at a certain moment.
    package enum Standing: String, Equatable, Sendable {
        case active
        case retiring
        case retired
        case revoked
    }

    /// From the first use of a newer generation to the end of one that retires after that, in seconds.
    package static let afterUse: UnixSeconds = 3600

    /// Counted from 1; the newest has the greatest.
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
    /// Where it stands: see `State`.
    package func standing(at now: UnixSeconds, successorFirstUsed: UnixSeconds?) -> Standing {
        state.standing(at: now, successorFirstUsed: successorFirstUsed)
    }

    /// When it does not count any more, as far as that is known.
    package func end(successorFirstUsed: UnixSeconds?) -> UnixSeconds? {
        state.end(successorFirstUsed: successorFirstUsed)
    }
}

extension KeyGeneration.State {
    /// Where a generation of this state stands.
    ///
    /// - Parameter successorFirstUsed: when a newer generation of the key was first accepted; nil if none was, or nobody
    ///   knows.
    package func standing(at now: UnixSeconds, successorFirstUsed: UnixSeconds?) -> KeyGeneration.Standing {
        switch self {
        case .active: return .active
        case .revoked: return .revoked
        case .retiring:
            guard let end = end(successorFirstUsed: successorFirstUsed) else { return .retiring }
            return now < end ? .retiring : .retired
        }
    }

    /// When it does not count any more, as far as that is known.
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
    /// Whether signed knocks of such a generation count.
    package var isUsable: Bool { self == .active || self == .retiring }
}
