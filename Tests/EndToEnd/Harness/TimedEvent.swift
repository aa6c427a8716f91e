/// One line of a recording door: the time and the event.
struct TimedEvent {
    let seconds: Double
    let what: String

    init?(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let seconds = Double(parts[0]) else { return nil }
        self.seconds = seconds
        what = String(parts[1])
    }
}
