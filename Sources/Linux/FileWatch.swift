import CLinux
import Glibc

/// Wakes the loop when something in a directory changes, or the directory itself: it may come, go, or be replaced
/// (inotify(7)).
///
/// What has changed is not told: whoever is woken looks at the directory as it is.
package final class FileWatch {
    /// What counts in the directory.
    private static let content = UInt32(
        IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF
    )
    /// What counts in the directories above it, of the next one on the way.
    private static let way = UInt32(IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
    /// Whatever it happens to, something may have been missed.
    private static let missed = UInt32(IN_Q_OVERFLOW | IN_UNMOUNT)

    /// What a directory is watched for: all that is in it, or the one name.
    private enum Concern: Equatable {
        case everything
        case name([UInt8])
    }

    /// Readable when something may have changed.
    package let descriptor: Descriptor
    private var directory: String?
    /// By the kernel's numbers, none of which it gives twice.
    private var concerns: [Int32: Concern] = [:]

    package init() throws(SystemError) {
        descriptor = Descriptor(
            owning: try system("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) })
    }

    /// Watches a directory, which need not be there yet, from now on and no other. Links on the way to it are followed as
    /// they are; that one of them leads elsewhere is seen, that something behind it is replaced is not.
    ///
    /// - Parameter directory: an absolute path.
    /// - Returns: why it cannot be watched, other than that it is not there.
    @discardableResult
    package func watch(_ directory: String) -> SystemError? {
        self.directory = directory
        return watchTheWay(to: directory)
    }

    /// Takes what has arrived, a bounded part of it, so that the descriptor waits again.
    ///
    /// - Returns: whether any of it is about the directory.
    @discardableResult
    package func acknowledge() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var concernsUs = false
        for _ in 0..<LinuxLimits.watchReads {
            let count = unsafe read(descriptor.number, &buffer, buffer.count)
            if count <= 0 { break }
            concernsUs = areOurs(buffer[..<count]) || concernsUs
        }
        // Before anybody looks, so that what comes after that look is seen.
        if concernsUs, let directory { watchTheWay(to: directory) }
        return concernsUs
    }

    /// From the top down: what comes into being meanwhile is seen from above, or is there already.
    @discardableResult
    private func watchTheWay(to directory: String) -> SystemError? {
        var found: [Int32: Concern] = [:]
        var trouble: SystemError?
        let names = directory.split(separator: "/")
        for depth in 0...names.count {
            let path = "/" + names[..<depth].joined(separator: "/")
            let isGoal = depth == names.count
            let number = unsafe inotify_add_watch(
                descriptor.number, path, isGoal ? Self.content : Self.way | UInt32(IN_ONLYDIR))
            if number < 0 {
                let error = SystemError.last("inotify_add_watch", path)
                if error.code != ENOENT, error.code != ENOTDIR { trouble = error }
            } else {
                found[number] = isGoal ? .everything : .name(Array(names[depth].utf8))
            }
        }
        for old in concerns.keys where found[old] == nil { _ = inotify_rm_watch(descriptor.number, old) }
        concerns = found
        return trouble
    }

    /// Whether any of these events counts; each is a header and the name that it says the length of.
    private func areOurs(_ events: ArraySlice<UInt8>) -> Bool {
        var rest = events
        let headerSize = MemoryLayout<inotify_event>.size
        while rest.count >= headerSize {
            let event = unsafe rest.withUnsafeBytes { unsafe $0.loadUnaligned(as: inotify_event.self) }
            let name = rest.dropFirst(headerSize).prefix(Int(event.len)).prefix { $0 != 0 }
            if event.mask & Self.missed != 0 { return true }
            switch concerns[event.wd] {
            case .everything: return true
            case .name(let expected) where name.elementsEqual(expected): return true
            case .name, nil: rest = rest.dropFirst(headerSize + Int(event.len))
            }
        }
        return false
    }
}
