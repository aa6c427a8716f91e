package import Base

/// The allowed distance of a knock's timestamp from the server's clock, and the epochs that it touches.
///
/// Times are milliseconds since 1970. Timestamps come from the network, and may be any number.
package struct TimeWindow: Equatable, Sendable {
    /// The length of an epoch, in milliseconds. Each epoch has a hint of its own.
    package static let epochLength: UInt64 = 60_000

    package let span: UInt64

    /// - Parameter span: to either side of now, in milliseconds.
    package init(span: Milliseconds) {
        self.span = UInt64(clamping: span)
    }

    package static func epoch(of timestamp: UInt64) -> UInt64 { timestamp / epochLength }

    /// Whether a timestamp lies in the window, including its edges.
    package func contains(_ timestamp: UInt64, now: UInt64) -> Bool {
        (timestamp > now ? timestamp - now : now - timestamp) <= span
    }

    /// How far a timestamp is ahead of now; negative if it is behind. Clamped to the range of the type.
    package static func skew(of timestamp: UInt64, now: UInt64) -> Milliseconds {
        timestamp >= now ? Milliseconds(clamping: timestamp - now) : -Milliseconds(clamping: now - timestamp)
    }

    /// Whether a timestamp lies before the window, and will unless the clock is set back.
    package func isPast(_ timestamp: UInt64, now: UInt64) -> Bool {
        timestamp < now && now - timestamp > span
    }

    /// The last timestamp in the window.
    package func end(at now: UInt64) -> UInt64 { now > .max - span ? .max : now + span }

    /// The epochs that the window touches, and one more on each side.
    package func epochs(at now: UInt64) -> ClosedRange<UInt64> {
        let first = Self.epoch(of: now - min(span, now))
        return (first == 0 ? 0 : first - 1)...(Self.epoch(of: end(at: now)) + 1)
    }

    /// When `epochs` changes, unless the clock is set: when either end of the window enters another epoch.
    package func epochsEnd(at now: UInt64) -> UInt64 {
        let (first, last) = (Self.epoch(of: now - min(span, now)), Self.epoch(of: end(at: now)))
        let startEnters = Self.start(ofEpoch: first + 1).addingReportingOverflow(span)
        let endEnters = Self.start(ofEpoch: last + 1) - span
        return startEnters.overflow ? endEnters : min(startEnters.partialValue, endEnters)
    }

    private static func start(ofEpoch epoch: UInt64) -> UInt64 {
        let (start, isTooFar) = epoch.multipliedReportingOverflow(by: epochLength)
        return isTooFar ? .max : start
    }
}
