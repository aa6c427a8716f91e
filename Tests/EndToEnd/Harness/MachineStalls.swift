import Foundation
import Synchronization

/// The moments at which the machine ran nothing of ours: its host had given the processors to another guest.
///
/// A flood fills every buffer in such a moment, whatever the program under test does. So a thread that only sleeps and
/// wakes says when it woke too late, and a measurement leaves those moments out.
final class MachineStalls: Sendable {
    /// A wake-up that comes so much too late is a stall; a busy scheduler alone wakes a sleeper much sooner. In seconds.
    private static let shortest = 0.06
    /// So long after a stall a flood may still fill the buffers that it has filled. In seconds.
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

    /// Whether there was one in this time, in seconds since 1970, or shortly before.
    func touched(_ time: ClosedRange<Double>) -> Bool {
        stalls.withLock { $0.contains { $0.overlaps(time) } }
    }
}
