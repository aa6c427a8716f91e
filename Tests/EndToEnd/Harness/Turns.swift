import Foundation
import Synchronization
import Testing

/// How a scenario shares the machine with the others.
///
/// Scenarios mostly wait, and each has its own namespaces, folder and names, so several run at once. A scenario that
/// measures time, memory or processors, or that uses a whole processor, runs alone.
struct Sharing: SuiteTrait, TestTrait {
    enum Kind { case usual, long, alone }

    let kind: Kind
    var isRecursive: Bool { true }
}

extension Trait where Self == Sharing {
    /// Runs alone, after all others.
    static var alone: Self { Sharing(kind: .alone) }
    /// Starts before the others, because it takes so long that all would wait for it at the end.
    static var long: Self { Sharing(kind: .long) }
}

/// Gives each test a turn according to its `Sharing`.
///
/// POSTERN_TIMES names a file for the seconds that each test took, without the time that it waited for its turn.
struct Turns: SuiteTrait, TestTrait, TestScoping {
    private static let times = ProcessInfo.processInfo.environment["POSTERN_TIMES"]

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let kinds = test.traits.compactMap { ($0 as? Sharing)?.kind }
        try await Turn.take(kinds.contains(.alone) ? .alone : kinds.contains(.long) ? .long : .usual) {
            let began = ContinuousClock.now
            defer { Self.note(ContinuousClock.now - began, of: test) }
            try await withTaskExecutorPreference(ThreadForEach.shared) { try await function() }
        }
    }

    private static func note(_ time: Duration, of test: Test) {
        guard let times, let file = unsafe fopen(times, "a") else { return }
        defer { unsafe fclose(file) }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        unsafe fputs(String(format: "%7.2f %@\n", seconds, "\(test.id)"), file)
    }
}

extension Trait where Self == Turns {
    static var inTurns: Self { Turns() }
}

/// The right to run beside others, or alone.
final class Turn: Sendable {
    /// The number of scenarios that run at once. They mostly wait, but with more of them some would exceed the time
    /// allowed for their start.
    static let width = 8
    /// The turn of the test that runs in this task.
    @TaskLocal static var current: Turn?

    let kind: Sharing.Kind
    private let isHeld = Mutex(true)
    private static let queue = Mutex(Queue())

    private init(_ kind: Sharing.Kind) { self.kind = kind }

    /// Waits for a turn, then runs the body.
    static func take(_ kind: Sharing.Kind = .usual, _ body: () async throws -> Void) async throws {
        await withCheckedContinuation { turn in
            queue.withLock { queue in
                queue.join(turn, kind)
                queue.call()
            }
        }
        let turn = Turn(kind)
        defer { turn.giveBack() }
        try await $current.withValue(turn) { try await body() }
    }

    /// Gives the turn to other tests. After that, this test may only wait for parts that have turns of their own.
    func giveBack() {
        let wasHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        guard wasHeld else { return }
        Self.queue.withLock { queue in
            queue.leave()
            queue.call()
        }
    }

    /// The running and the waiting tests.
    private struct Queue {
        private var running = 0
        private var isOneAlone = false
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private var waitingAlone: [CheckedContinuation<Void, Never>] = []

        mutating func join(_ turn: CheckedContinuation<Void, Never>, _ kind: Sharing.Kind) {
            switch kind {
            case .usual: waiting.append(turn)
            case .long: waiting.insert(turn, at: 0)
            case .alone: waitingAlone.append(turn)
            }
        }

        mutating func leave() {
            running -= 1
            isOneAlone = false
        }

        /// Starts all tests that can run now.
        mutating func call() {
            while !isOneAlone, running < Turn.width, !waiting.isEmpty {
                running += 1
                waiting.removeFirst().resume()
            }
            if running == 0, !waitingAlone.isEmpty {
                running = 1
                isOneAlone = true
                waitingAlone.removeFirst().resume()
            }
        }
    }
}
