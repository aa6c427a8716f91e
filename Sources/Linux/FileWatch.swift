import CLinux
import Glibc

/// Wakes the loop when a directory or something in it changes; the directory may also appear, disappear or be replaced
/// (inotify(7)).
///
/// It does not say what has changed: the caller examines the directory again.
package final class FileWatch {
    /// The events watched in the directory.
    private static let content = UInt32(
        IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF
    )
    /// The events watched in each directory above it, for the next name on the path.
    private static let way = UInt32(IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
    /// Events after which changes may have been missed.
    private static let missed = UInt32(IN_Q_OVERFLOW | IN_UNMOUNT)

    /// The events of a directory that matter: all of them, or those of one name.
    private enum Concern: Equatable {
        case everything
        case name([UInt8])
    }

    /// Readable when something may have changed.
    package let descriptor: Descriptor
    private var directory: String?
    /// By inotify's watch number; the kernel never uses one twice.
    private var concerns: [Int32: Concern] = [:]

    package init() throws(SystemError) {
        descriptor = Descriptor(
            owning: try system("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) })
    }

    /// Watches this directory instead of the former one. It need not exist yet.
    ///
    /// Links in the path are followed. A change of such a link is seen; a change in the directories of its target is
    /// not.
    ///
    /// - Parameter directory: an absolute path.
    /// - Returns: the error if it cannot be watched for a reason other than that it does not exist.
    @discardableResult
    package func watch(_ directory: String) -> SystemError? {
        self.directory = directory
        return watchTheWay(to: directory)
    }

    /// Reads the waiting events, a bounded number of them, so that the descriptor waits again.
    ///
    /// - Returns: whether any of them concerns the directory.
    @discardableResult
    package func acknowledge() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var concernsUs = false
        for _ in 0..<LinuxLimits.watchReads {
            let count = unsafe read(descriptor.number, &buffer, buffer.count)
            if count <= 0 { break }
            concernsUs = areOurs(buffer[..<count]) || concernsUs
        }
        // Renew the watches before the caller looks, so that changes after its look are seen.
        if concernsUs, let directory { watchTheWay(to: directory) }
        return concernsUs
    }

    /// Watches each directory of the path from the top down: a directory created meanwhile is seen from above, or
    /// exists already.
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

    /// Whether any of these events concerns the directory. Each event is a header and a name of the length that the
    /// header gives.
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
