package import Base
import CLinux
import Glibc

/// poll(2) over the few descriptors of one role.
package struct Poller {
    /// The events to wait for on one descriptor.
    package struct Interest {
        package let descriptor: Int32
        package let forRoom: Bool

        /// Waits until the descriptor is readable; with `forRoom`, also until it is writable.
        package init(_ descriptor: Int32, forRoom: Bool = false) {
            self.descriptor = descriptor
            self.forRoom = forRoom
        }
    }

    /// Waits until a descriptor is ready or has failed, or the time is over. Returns for each descriptor whether it is
    /// ready or has failed.
    ///
    /// - Parameter timeout: the longest time to wait; nil is no limit.
    package static func wait(_ interests: [Interest], timeout: Milliseconds?) -> [Bool] {
        var entries = interests.map { interest in
            let events = Int16(POLLIN) | (interest.forRoom ? Int16(POLLOUT) : 0)
            return pollfd(fd: interest.descriptor, events: events, revents: 0)
        }
        let limit = timeout.map { Int32(clamping: max($0, 0)) } ?? -1
        let count = unsafe poll(&entries, nfds_t(entries.count), limit)
        if count <= 0 { return interests.map { _ in false } }
        return entries.map { $0.revents != 0 }
    }
}
