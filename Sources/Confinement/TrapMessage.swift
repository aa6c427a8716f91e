import CLinux
import Linux

/// What a jailed process sends when it has made a system call that its list does not have: a message with the call's number
/// in it. It ends then.
package struct TrapMessage {
    /// The whole message, with any number in it.
    let message: [UInt8]
    /// Where the number stands: four bytes, the most significant one first.
    let place: Int

    package init(_ message: [UInt8], numberAt place: Int) {
        self.message = message
        self.place = place
    }

    /// Makes it ready, to be sent over the first of these channels.
    func prepare(over channels: [Descriptor]) throws(SystemError) {
        guard let channel = channels.first else { return }
        try system("sigaction") { unsafe linux_tell_of_traps(channel.number, message, message.count, place) }
    }
}
