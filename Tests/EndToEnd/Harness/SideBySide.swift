import Foundation
import Testing

/// Does the same with each of several things side by side, each in a site of its own, as the last that a test does.
///
/// Each has a turn of its own, of the test's kind, and the test gives its own back; in a test that is alone so many run at once
/// as there are turns.
/// An error ends its own part alone, and is recorded with what it happened to.
func sideBySide<Item: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
) async {
    let kind = Turn.current?.kind ?? .usual
    let isAlone = kind == .alone
    if !isAlone { Turn.current?.giveBack() }
    await withTaskGroup(of: Void.self) { group in
        for (number, item) in items.enumerated() {
            if isAlone, number >= Turn.width { await group.next() }
            group.addTask(executorPreference: ThreadForEach.shared) {
                do {
                    if isAlone { try await body(item) } else { try await Turn.take(kind) { try await body(item) } }
                } catch {
                    Issue.record(error, "\(item)")
                }
            }
        }
    }
}

/// A thread for each piece of work: the usual executor has as many as there are processors, and the harness lets them wait
/// for programs.
final class ThreadForEach: TaskExecutor {
    static let shared = ThreadForEach()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
