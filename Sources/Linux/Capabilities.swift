import CLinux
import Glibc

/// The capabilities of this process, which are kept out of effect while nothing needs them.
///
/// The permitted capabilities and the bounding set stay, so that a program that this process runs gets what the process
/// was started with (capabilities(7): for root, execve makes the bounding set permitted and effective).
package enum Capabilities {
    /// Whether this process may use a capability, once it is raised.
    package static func has(_ capability: Capability) -> Bool {
        linux_permitted_capabilities() & 1 << UInt64(capability.rawValue) != 0
    }

    /// Whether a program that this process runs has a capability: for root the bounding set decides, for other users
    /// the ambient set.
    package static func isInherited(_ capability: Capability) -> Bool {
        ThisProcess.isRoot
            ? linux_has_bounding_capability(capability.rawValue) : linux_has_ambient_capability(capability.rawValue)
    }

    /// Whether a `use` is running, which makes an inner one skip the system call. Each of our programs has one thread.
    private nonisolated(unsafe) static var isInUse = false

    /// Takes all capabilities out of effect; does nothing where that is not possible.
    package static func lower() {
        _ = linux_set_effective_capabilities(false)
    }

    /// Puts all permitted capabilities into effect, for the last acts of a process.
    package static func raise() {
        _ = linux_set_effective_capabilities(true)
    }

    /// Runs `body` with all capabilities in effect, and takes them out of effect again if they were so before.
    package static func use<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The outer use takes them out of effect.
        if unsafe isInUse { return try body() }
        // False if they are in effect already.
        guard linux_set_effective_capabilities(true) else { return try body() }
        unsafe isInUse = true
        defer {
            unsafe isInUse = false
            lower()
        }
        return try body()
    }
}
