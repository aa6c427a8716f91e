import CLinux
import Glibc

/// One end of a SOCK_SEQPACKET pair between two roles: messages of one fixed size, never waiting.
package final class RoleChannel {
    /// The result of sending a message.
    package enum Sent {
        case sent
        /// There is no room, since the other role does not keep up; poll for room.
        case full
        /// The other role is gone.
        case closed
    }

    /// The result of receiving.
    package enum Received {
        case message([UInt8])
        /// A message of another size than the channel's: the sender is broken or hostile.
        case wrongSize(Int)
        case nothing
        case closed
    }

    /// The descriptor, for poll(2) and for handing to a role.
    package let descriptor: Descriptor
    /// The size of every message, in bytes.
    package let messageSize: Int
    /// The memory into which messages are received.
    private(set) var buffer: [UInt8]

    /// Uses a connected socket.
    package init(_ descriptor: Descriptor, messageSize: Int) throws(SystemError) {
        self.descriptor = descriptor
        self.messageSize = messageSize
        // One byte more than a message, so that a longer one is detected.
        buffer = [UInt8](repeating: 0, count: messageSize + 1)
        try system("fcntl") { linux_set_nonblocking(descriptor.number) }
        try system("fcntl") { linux_set_close_on_exec(descriptor.number, true) }
    }

    /// Two connected sockets, closed on exec.
    package static func socketPair() throws(SystemError) -> (Descriptor, Descriptor) {
        var numbers: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try system("socketpair") { unsafe socketpair(AF_UNIX, kind, 0, &numbers) }
        return (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    }

    /// Sends one message of exactly `messageSize` bytes.
    package func send(_ message: [UInt8]) -> Sent {
        precondition(message.count == messageSize)
        while true {
            let count = unsafe message.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor.number, buffer.baseAddress, buffer.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count == messageSize { return .sent }
            switch linux_errno() {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .full
            default: return .closed
            }
        }
    }

    /// Overwrites the channel's copy of the last message received; for channels that carry keys. The caller of
    /// `receive` must overwrite its own copy.
    package func wipe() {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
        }
    }

    /// Receives the next message, if there is one.
    package func receive() -> Received {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            }
            if count == messageSize { return .message(Array(buffer[..<count])) }
            if count > 0 { return .wrongSize(count) }
            if count == 0 { return .closed }
            switch linux_errno() {
            case EINTR: continue
            // The other end is gone, with messages of ours unread. The kernel reports that once, before the other end's
            // last messages.
            case ECONNRESET: continue
            case EAGAIN: return .nothing
            default: return .closed
            }
        }
    }
}
