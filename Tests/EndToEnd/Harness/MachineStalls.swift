import Foundation
import Synchronization

/// Notes the moments when the host gave a processor to another guest, so that nothing ran on it.
///
/// In such a moment a flood fills every buffer, whatever the program under test does. So a thread sleeps, notes each late
/// wake-up and each processor that was taken away meanwhile, and measurements leave those moments out.
final class MachineStalls: Sendable {
    /// A wake-up that is late by this much is a stall. A busy scheduler alone is never that late. In seconds.
    private static let shortest = 0.06
    /// The time between two looks at what the host has taken, in seconds, and the ticks of a hundredth of a second that a
    /// processor must have missed in it.
    private static let (apart, missed) = (0.05, 4)
    /// For this long after a stall, the buffers may still be full. In seconds.
    private static let aftermath = 0.25

    private let isOver = Atomic(false)
    private let stalls = Mutex<[ClosedRange<Double>]>([])

    /// Watches from now on, until `end`.
    init() { Thread.detachNewThread { [self] in watch() } }

    private func watch() {
        var last = Date().timeIntervalSince1970
        var look = (at: last, stolen: Self.stolen())
        while !isOver.load(ordering: .relaxed) {
            Thread.sleep(forTimeInterval: 0.01)
            let now = Date().timeIntervalSince1970
            if now - last > Self.shortest { note(from: last, to: now) }
            last = now
            guard now - look.at >= Self.apart else { continue }
            let stolen = Self.stolen()
            if zip(look.stolen, stolen).contains(where: { $1 - $0 >= Self.missed }) { note(from: look.at, to: now) }
            look = (now, stolen)
        }
    }

    private func note(from start: Double, to end: Double) {
        stalls.withLock { $0.append(start...end + Self.aftermath) }
    }

    /// The ticks that the host has taken from each processor, the eighth number of its line (proc(5)).
    private static func stolen() -> [Int] {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { $0.hasPrefix("cpu") && !$0.hasPrefix("cpu ") }.map { line in
            line.split(separator: " ").dropFirst(8).first.flatMap { Int($0) } ?? 0
        }
    }

    func end() { isOver.store(true, ordering: .relaxed) }

    /// Whether a stall happened in this time, in seconds since 1970, or shortly before.
    func touched(_ time: ClosedRange<Double>) -> Bool {
        stalls.withLock { $0.contains { $0.overlaps(time) } }
    }
}
