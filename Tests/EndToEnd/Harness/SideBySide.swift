import Foundation
import Testing

/// Does the same with each of several things, a few at a time: for what mostly waits, each in a site of its own.
///
/// An error ends its own part alone, and is recorded with what it happened to.
func sideBySide<Item: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
) async {
    await withTaskGroup(of: Void.self) { group in
        for (number, item) in items.enumerated() {
            if number >= 8 { await group.next() }
            group.addTask(executorPreference: ThreadForEach.shared) {
                do {
                    try await body(item)
                } catch {
                    Issue.record(error, "\(item)")
                }
            }
        }
    }
}

/// A thread for each piece of work: the usual executor has as many as there are processors, and the harness lets them wait
/// for programs.
private final class ThreadForEach: TaskExecutor {
    static let shared = ThreadForEach()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
