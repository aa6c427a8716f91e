import Base

/// Times as in key files: RFC 3339, in UTC, in whole seconds, such as `2026-11-22T10:00:00Z`.
package enum Timestamp {
    /// From 1970 to the end of the year 9999, the last that the notation has.
    package static let range: ClosedRange<UnixSeconds> = 0...253_402_300_799

    /// The text of a moment, clamped to the range.
    package static func text(_ moment: UnixSeconds) -> String {
        let moment = min(max(moment, range.lowerBound), range.upperBound)
        let (days, second) = moment.quotientAndRemainder(dividingBy: secondsOfDay)
        let (year, month, day) = date(ofDay: days)
        func two(_ number: Int64) -> String { Decimal.text(number, digits: 2) }
        let date = "\(Decimal.text(year, digits: 4))-\(two(month))-\(two(day))"
        return "\(date)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }

    /// The moment of a text; nil for any other text, for a day that does not exist, and for leap seconds, which the
    /// clock does not count.
    package static func moment(_ text: ArraySlice<UInt8>) -> UnixSeconds? {
        let text = Array(text)
        guard text.count == pattern.count,
            zip(text, pattern).allSatisfy({ $1 == zero ? Decimal.isDigit($0) : $0 == $1 })
        else { return nil }
        func number(_ places: Range<Int>) -> Int64 {
            text[places].reduce(0) { $0 * 10 + Int64($1 - zero) }
        }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard year >= 1970, (1...12).contains(month), (1...length(ofMonth: month, in: year)).contains(day), hour < 24,
            minute < 60, second < 60
        else { return nil }
        return self.day(year, month, day) * secondsOfDay + hour * 3600 + minute * 60 + second
    }

    private static let pattern = Array("0000-00-00T00:00:00Z".utf8)
    private static let zero = UInt8(ascii: "0")
    private static let secondsOfDay: Int64 = 86_400

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func length(ofMonth month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to the first of January of this year.
    private static func firstDay(of year: Int64) -> Int64 {
        let past = year - 1
        return (year - 1970) * 365 + (past / 4 - past / 100 + past / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
    }

    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        (1..<month).reduce(firstDay(of: year)) { $0 + length(ofMonth: $1, in: year) } + day - 1
    }

    private static func date(ofDay days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // The estimate is never too early; leap days make it too late by a few years at most.
        var year = 1970 + days / 365
        while firstDay(of: year) > days { year -= 1 }
        var (month, rest): (Int64, Int64) = (1, days - firstDay(of: year))
        while rest >= length(ofMonth: month, in: year) {
            rest -= length(ofMonth: month, in: year)
            month += 1
        }
        return (year, month, rest + 1)
    }
}
