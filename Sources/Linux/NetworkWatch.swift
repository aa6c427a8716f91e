import CLinux
import Glibc

/// Wakes the loop when the host's interfaces or addresses change (rtnetlink(7)).
///
/// The content of the messages is ignored: the caller reads the interfaces again, so a message lost in a burst does no
/// harm.
package final class NetworkWatch {
    /// Readable when something has changed.
    package let descriptor: Descriptor

    /// - Parameter withRoutes: whether to watch routes too.
    package init(withRoutes: Bool) throws(SystemError) {
        descriptor = Descriptor(owning: try system("socket", "netlink") { linux_open_route_watch(withRoutes) })
    }

    /// Reads the waiting messages, a bounded number of them, so that the descriptor waits again.
    package func acknowledge() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        for _ in 0..<LinuxLimits.watchReads {
            let count = unsafe recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            // ENOBUFS reports lost messages; there may be more to read.
            if count < 0, linux_errno() != ENOBUFS, linux_errno() != EINTR { return }
        }
    }
}
