import CLinux
import Glibc

/// Wakes the loop when the host's interfaces or addresses change (rtnetlink(7)).
///
/// What has changed is not read from it: whoever is woken looks at the interfaces as they are, so that a message lost in
/// a burst loses nothing.
package final class NetworkWatch {
    /// Readable when something has changed.
    package let descriptor: Descriptor

    /// - Parameter withRoutes: whether changes of routes count too.
    package init(withRoutes: Bool) throws(SystemError) {
        descriptor = Descriptor(owning: try system("socket", "netlink") { linux_open_route_watch(withRoutes) })
    }

    /// Takes what has arrived, a bounded part of it at a time, so that the descriptor waits again.
    package func acknowledge() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        for _ in 0..<LinuxLimits.watchReads {
            let count = unsafe recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            // ENOBUFS: messages were lost, and that was told; there may be more.
            if count < 0, linux_errno() != ENOBUFS, linux_errno() != EINTR { return }
        }
    }
}
