import Foundation
import Testing

@testable import Linux

/// Capabilities are each thread's own (capabilities(7)): this one's end with it. The programs have one thread, and so
/// `Capabilities` knows one `use` a process: one test at a time.
@Suite(.serialized) struct CapabilitiesTests {
    private struct Sets: Equatable {
        let effective, permitted, bounding: String

        /// Of the thread that asks.
        init() {
            let status = (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)) ?? ""
            func set(_ name: String) -> String {
                let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):\t") } ?? ""
                return String(line.dropFirst(name.count + 2))
            }
            (effective, permitted, bounding) = (set("CapEff"), set("CapPrm"), set("CapBnd"))
        }
    }

    private func inAThreadOfItsOwn<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in Thread { continuation.resume(returning: body()) }.start() }
    }

    @Test func whatIsPutAwayCanBeUsedAgainAndIsPutAwayAfterIt() async {
        let none = "0000000000000000"
        let (before, atRest, inUse, afterInner, after) = await inAThreadOfItsOwn {
            let before = Sets()
            Capabilities.lower()
            let atRest = Sets()
            let (inUse, afterInner) = Capabilities.use {
                let inUse = Capabilities.use { Sets() }
                return (inUse, Sets())
            }
            return (before, atRest, inUse, afterInner, Sets())
        }
        #expect(atRest.effective == none)
        #expect(atRest.permitted == before.permitted && atRest.bounding == before.bounding)
        #expect(inUse.effective == before.permitted)
        #expect(afterInner.effective == before.permitted, "an inner use leaves the outer one what it needs")
        #expect(after == atRest)
    }

    @Test func whatFailsPutsThemAwayToo() async {
        let after = await inAThreadOfItsOwn {
            Capabilities.lower()
            try? Capabilities.use { () throws(SystemError) in throw SystemError("open", code: 1) }
            return Sets()
        }
        #expect(after.effective == "0000000000000000")
    }
}
