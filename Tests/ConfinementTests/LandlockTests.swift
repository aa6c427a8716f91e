import Foundation
import Glibc
import Linux
import TestSupport
import Testing

@testable import Confinement

/// What a thread of its own is denied: the others of this process stay as they are.
struct LandlockTests {
    private static let isThere = ThisProcess.isRoot

    /// What comes of opening a file so, as an errno value; 0 if it opens.
    private static func result(_ path: String, _ flags: Int32) -> Int32 {
        let number = unsafe open(path, flags | O_CLOEXEC, 0o600)
        if number < 0 { return errno }
        close(number)
        return 0
    }

    @Test(.enabled(if: isThere)) func whoIsDeniedChangesReadsAndChangesNothing() async throws {
        let directory = try TemporaryDirectory()
        let (old, new, here) = (try directory.write([1], to: "old"), directory.path("new"), directory.path(""))
        let (version, results): (Int, [Int32]) = await withCheckedContinuation { continuation in
            Thread {
                guard let version = try? Landlock.denyChanges() else { return continuation.resume(returning: (-1, [])) }
                let results = [
                    Self.result(old, O_RDONLY), Self.result(here, O_RDONLY | O_DIRECTORY),
                    Self.result(old, O_WRONLY), Self.result(new, O_WRONLY | O_CREAT),
                    unsafe unlink(old) == 0 ? 0 : errno,
                    unsafe mkdir(new, 0o700) == 0 ? 0 : errno,
                ]
                continuation.resume(returning: (version, results))
            }.start()
        }
        if version == 0 { return }
        #expect(results == [0, 0, EACCES, EACCES, EACCES, EACCES])
        #expect(Self.result(old, O_WRONLY) == 0, "here nothing is denied")
        withExtendedLifetime(directory) {}
    }
}
