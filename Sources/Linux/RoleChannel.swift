import CLinux
import Glibc

/// One end of the SOCK_SEQPACKET pair between two roles: messages of one fixed size, never waiting.
package final class RoleChannel {
    /// What became of a message to be sent.
    package enum Sent {
        case sent
        /// The other role does not keep up; poll for room.
        case full
        /// The other role has gone.
        case closed
    }

    /// What there was to receive.
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
    /// Where messages arrive.
    private(set) var buffer: [UInt8]

    /// Speaks over a connected socket that was handed in.
    package init(_ descriptor: Descriptor, messageSize: Int) throws(SystemError) {
        self.descriptor = descriptor
        self.messageSize = messageSize
        // One byte more than a message, so that a longer one shows.
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

    /// Overwrites what is left here of the last message that came. For channels that carry keys; what `receive` returned
    /// is its caller's to overwrite.
    package func wipe() {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
        }
    }

    /// Takes the next message, if one is there.
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
            // The other end has gone with messages of ours unread: told once, before its own last messages.
            case ECONNRESET: continue
            case EAGAIN: return .nothing
            default: return .closed
            }
        }
    }
}
