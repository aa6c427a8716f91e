import Confinement
package import Linux
import Messages
import Packets

/// The role that asks for names: the C library's resolver reads what name servers all over the world send, so that it
/// stands in a process without privilege. It answers one question after the other, and ends with its channel.
///
/// No list of system calls binds it: what look-ups do is for /etc/nsswitch.conf to say. Landlock keeps it from changing
/// files, also where it keeps the daemon's user.
package enum Resolver {
    /// Runs the role in this process, on the channel that it was started with, and ends the process when the Doorkeeper
    /// has gone.
    package static func run(channel descriptor: Descriptor) throws(SystemError) -> Never {
        Signals.ignoreAll()
        ThisProcess.setName(RoleName.resolver)
        let channel = try RoleChannel(descriptor, messageSize: RoleMessage.size)
        // What it may not give up it keeps: it is there for names in the log, which are no reason to end.
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
                // There is room: the Doorkeeper asks again only when it has been answered.
                guard case .sent = channel.send(ResolverMessage.answer(address, name: name).message) else { return }
            case .nothing: continue
            case .wrongSize, .closed: return
            }
        }
    }
}
