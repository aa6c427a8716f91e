import CLinux
import Glibc

/// The capabilities of this process, put away while nothing needs them.
///
/// Those permitted and the bounding set stay, so that a program that is run gets what this process was started with
/// (capabilities(7): for root, execve makes the bounding set permitted and effective).
package enum Capabilities {
    /// Puts them away. Nothing happens where that cannot be done.
    package static func rest() {
        _ = linux_set_effective_capabilities(false)
    }

    /// Puts all of them into effect, for what is done at the end.
    package static func takeUp() {
        _ = linux_set_effective_capabilities(true)
    }

    /// Does something with all of them in effect, and puts them away again if they were.
    package static func use<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // False where they are in effect already: an outer use puts them away.
        guard linux_set_effective_capabilities(true) else { return try body() }
        defer { rest() }
        return try body()
    }
}
