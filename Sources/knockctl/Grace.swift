import Base
import Keys

/// How long an old generation stays valid after a rotation.
enum Grace: Equatable {
    case seconds(UnixSeconds)
    case untilUsed

    /// The default.
    static let usual = Grace.seconds(7 * 86_400)

    /// Reads a whole number followed by s, m, h, d or w. Nil for any other text, and for a span that ends after the
    /// last time a key file can hold.
    init?(_ text: String) {
        let seconds: UnixSeconds? =
            switch text.last {
            case "s": 1
            case "m": 60
            case "h": 3_600
            case "d": 86_400
            case "w": 604_800
            default: nil
            }
        guard let seconds, let number = Decimal.number(text.dropLast()) else { return nil }
        let (span, isTooLong) = number.multipliedReportingOverflow(by: seconds)
        guard !isTooLong, Timestamp.range.contains(span) else { return nil }
        self = .seconds(span)
    }

    /// The retirement of the old generation if the new one is made now.
    func retirement(from now: UnixSeconds) -> KeyGeneration.Retirement {
        switch self {
        case .untilUsed: .afterUse
        case .seconds(let span): .at(min(max(now, 0), Timestamp.range.upperBound) + span)
        }
    }
}
