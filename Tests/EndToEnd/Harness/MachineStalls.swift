import Foundation
import Synchronization

/// Notes the moments when the host gave the processors to another guest, so that nothing ran here.
///
/// In such a moment a flood fills every buffer, whatever the program under test does. So a thread sleeps and notes each
/// late wake-up, and measurements leave those moments out.
final class MachineStalls: Sendable {
    /// A wake-up that is late by this much is a stall. A busy scheduler alone is never that late. In seconds.
    private static let shortest = 0.06
    /// For this long after a stall, the buffers may still be full. In seconds.
    private static let aftermath = 0.25

    private let isOver = Atomic(false)
    private let stalls = Mutex<[ClosedRange<Double>]>([])

    /// Watches from now on, until `end`.
    init() {
        Thread.detachNewThread { [self] in
            var last = Date().timeIntervalSince1970
            while !isOver.load(ordering: .relaxed) {
                Thread.sleep(forTimeInterval: 0.01)
                let now = Date().timeIntervalSince1970
                if now - last > Self.shortest { stalls.withLock { $0.append(last...now + Self.aftermath) } }
                last = now
            }
        }
    }

    func end() { isOver.store(true, ordering: .relaxed) }

    /// Whether a stall happened in this time, in seconds since 1970, or shortly before.
    func touched(_ time: ClosedRange<Double>) -> Bool {
        stalls.withLock { $0.contains { $0.overlaps(time) } }
    }
}
