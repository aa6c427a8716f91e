import Confinement
package import Linux
import Messages
import Packets

/// The role that looks up host names. It has a process of its own, without privilege, because the C library's resolver
/// parses the answers of name servers anywhere in the world.
///
/// It answers one question at a time and exits when its channel closes. It has no list of system calls, since
/// /etc/nsswitch.conf decides what a look-up does. Landlock keeps it from changing files, even if it has to keep the
/// daemon's user.
package enum Resolver {
    /// Runs the role in this process, on the channel that it was started with. The process exits when the Doorkeeper
    /// has gone.
    package static func run(channel descriptor: Descriptor) throws(SystemError) -> Never {
        Signals.ignoreAll()
        ThisProcess.setName(RoleName.resolver)
        let channel = try RoleChannel(descriptor, messageSize: RoleMessage.size)
        // Privileges that it cannot give up it keeps: names in the log are no reason to exit.
        _ = try Privileges.drop(to: Privileges.resolver, group: Privileges.resolver)
        _ = try? Landlock.denyChanges()
        try? ResourceLimits.leaveAsking()
        NameLookup.waitBriefly()
        answer(over: channel)
        ThisProcess.exit(0)
    }

    private static func answer(over channel: RoleChannel) {
        while true {
            _ = Poller.wait([Poller.Interest(channel.descriptor.number)], timeout: nil)
            switch channel.receive() {
            case .message(let bytes):
                guard case .question(let address)? = ResolverMessage(bytes) else { return }
                let name = NameLookup.name(ofAddress: address.bytes)
                // The channel has room: the Doorkeeper sends the next question only after the answer.
                guard case .sent = channel.send(ResolverMessage.answer(address, name: name).message) else { return }
            case .nothing: continue
            case .wrongSize, .closed: return
            }
        }
    }
}
