import CDeeds
import Confinement
import Glibc
import Linux
import Messages

/// A role that has fallen into the wrong hands: it enters its jail as the real one does, then tries what its argument says.
///
///     prisoner listener|verifier DEED
///
/// prints how that ended: `killed 31`, `trapped openat`, or `lived RESULT`.
@main
struct Prisoner {
    private static let jail = Jail(user: Privileges.listener, group: Privileges.listener, isSandboxed: true)

    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 3 || words.count == 4 else {
            Output.printError("usage: prisoner listener|verifier DEED")
            ThisProcess.exit(1)
        }
        if words.count == 4 { try beInside(words[1], words[2]) }
        Output.print(try watch(words[1], words[2]))
    }

    /// Starts itself with the channel of a role, and says what became of it.
    private static func watch(_ role: String, _ deed: String) throws -> String {
        let (ours, theirs) = try RoleChannel.socketPair()
        let channel = try RoleChannel(ours, messageSize: RoleMessage.size)
        _ = try ChildProcess.runSelf(["prisoner", role, deed, "inside"], channels: [theirs])
        withExtendedLifetime(theirs) {}
        while true {
            guard let end = ChildProcess.reap() else {
                Clock.pause(5)
                continue
            }
            switch end.ending {
            case .killed(let signal): return "killed \(signal)"
            case .exited(let status):
                guard case .message(let bytes) = channel.receive() else { return "exited \(status)" }
                return bytes[0] == 201 ? "trapped \(Sandbox.name(ofCall: call(in: bytes)))" : "lived \(bytes[0])"
            }
        }
    }

    private static func call(in message: [UInt8]) -> UInt32 {
        message[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func beInside(_ role: String, _ deed: String) throws -> Never {
        Signals.ignoreAll()
        let descriptor = Descriptor(owning: 3)
        let channel = try RoleChannel(descriptor, messageSize: RoleMessage.size)
        if role == "listener" {
            _ = try jail.enterAsListener(channels: [descriptor], descriptors: 16, trap: JailReport.trap)
        } else {
            _ = try jail.enterAsVerifier(channels: [descriptor], clock: ClockWatch(), trap: JailReport.trap)
        }
        let result = unsafe deed_do(deed)
        var message = [UInt8](repeating: 0, count: RoleMessage.size)
        message[0] = UInt8(truncatingIfNeeded: result)
        _ = channel.send(message)
        ThisProcess.exit(0)
    }
}
