import CLinux
import Glibc

/// The capabilities of this process, put away while nothing needs them.
///
/// Those permitted and the bounding set stay, so that a program that is run gets what this process was started with
/// (capabilities(7): for root, execve makes the bounding set permitted and effective).
package enum Capabilities {
    /// Whether this process may use one, once it is raised.
    package static func has(_ capability: Capability) -> Bool {
        linux_permitted_capabilities() & 1 << UInt64(capability.rawValue) != 0
    }

    /// Whether a program that this process runs has one: root's get all that the bounding set leaves, others' those of the
    /// ambient set.
    package static func isInherited(_ capability: Capability) -> Bool {
        ThisProcess.isRoot
            ? linux_has_bounding_capability(capability.rawValue) : linux_has_ambient_capability(capability.rawValue)
    }

    /// Saves the kernel the question in an inner use. Each program of ours has one thread.
    private nonisolated(unsafe) static var isInUse = false

    /// Puts them away. Nothing happens where that cannot be done.
    package static func lower() {
        _ = linux_set_effective_capabilities(false)
    }

    /// Puts all of them into effect, for what is done at the end.
    package static func raise() {
        _ = linux_set_effective_capabilities(true)
    }

    /// Does something with all of them in effect, and puts them away again if they were.
    package static func use<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // An outer use puts them away.
        if unsafe isInUse { return try body() }
        // False where they are in effect already.
        guard linux_set_effective_capabilities(true) else { return try body() }
        unsafe isInUse = true
        defer {
            unsafe isInUse = false
            lower()
        }
        return try body()
    }
}
