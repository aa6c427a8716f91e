import Foundation
import Testing

/// Runs the same work for several items in parallel, each in a site of its own, as the last act of a test.
///
/// The test gives its turn back, and each item gets one of the same kind. In a test that runs alone, as many items run
/// at once as there are turns.
///
/// An error ends only its own item, and is recorded with that item.
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

/// Runs each job on a thread of its own. The usual executor has as many threads as there are processors, and the
/// harness blocks them while it waits for programs.
final class ThreadForEach: TaskExecutor {
    static let shared = ThreadForEach()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
