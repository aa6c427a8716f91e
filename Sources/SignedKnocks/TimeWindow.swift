package import Linux

/// How far a knock's timestamp may be from the server's clock, and which epochs that touches. Times are milliseconds since
/// 1970; timestamps are a stranger's, and may be any number.
package struct TimeWindow: Equatable, Sendable {
    /// The length of an epoch, for which a hint counts.
    package static let epochLength: UInt64 = 60_000

    package let span: UInt64

    /// - Parameter span: to both sides of now.
    package init(span: Milliseconds) {
        self.span = UInt64(clamping: span)
    }

    package static func epoch(of timestamp: UInt64) -> UInt64 { timestamp / epochLength }

    /// Whether a timestamp lies in the window, its edges included.
    package func contains(_ timestamp: UInt64, now: UInt64) -> Bool {
        (timestamp > now ? timestamp - now : now - timestamp) <= span
    }

    /// How far a timestamp is ahead of now; behind is negative. What is too far for a number is the greatest.
    package static func skew(of timestamp: UInt64, now: UInt64) -> Milliseconds {
        timestamp >= now ? Milliseconds(clamping: timestamp - now) : -Milliseconds(clamping: now - timestamp)
    }

    /// The epochs that the window touches, and one more on each side.
    package func epochs(at now: UInt64) -> ClosedRange<UInt64> {
        let first = Self.epoch(of: now - min(span, now))
        let last = Self.epoch(of: now > .max - span ? .max : now + span)
        return (first == 0 ? 0 : first - 1)...(last + 1)
    }
}
