import CLinux
import Linux

/// The message that a jailed process sends when it makes a system call that is not on its list. It contains the call's
/// number; then the process exits.
package struct TrapMessage {
    /// The whole message, with a placeholder for the number.
    let message: [UInt8]
    /// The offset of the number: four bytes, most significant first.
    let place: Int

    package init(_ message: [UInt8], numberAt place: Int) {
        self.message = message
        self.place = place
    }

    /// Registers the message, to be sent over the first of these channels.
    func prepare(over channels: [Descriptor]) throws(SystemError) {
        guard let channel = channels.first else { return }
        try system("sigaction") { unsafe linux_tell_of_traps(channel.number, message, message.count, place) }
    }
}
