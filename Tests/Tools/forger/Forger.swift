import Confinement
import Doorkeeper
import Glibc
import Linux
import Listener
import Messages
import Verifier

/// The daemon, one of whose roles can be in the wrong hands: a role that finds the file that FORGERY names tells its lies,
/// once; the one after it is the real one again.
///
///     listener | verifier         on the first line: who lies
///     channel HEX | link HEX      a message to the Doorkeeper, or to the other role, as it stands
///
/// Started as `forger -i INTERFACE -c FILE -v`.
@main
struct Forger {
    static func main() {
        ThisProcess.openStandardDescriptors()
        let words = CommandLine.arguments
        switch words.dropFirst().first {
        case RoleArgument.listener: beListener(words)
        case RoleArgument.verifier: beVerifier(words)
        default:
            guard words.count == 6 else {
                Output.printError("usage: forger -i INTERFACE -c FILE -v")
                ThisProcess.exit(1)
            }
            var settings = Settings(configurationFile: words[4])
            settings.interfaces = [words[2]]
            settings.isVerbose = true
            ThisProcess.exit(Doorkeeper.run(settings))
        }
    }

    private static func beListener(_ words: [String]) {
        if let lies = lies(of: "listener") { tell(lies) }
        guard let jail = words.last.flatMap({ Jail($0) }) else { return }
        try? Listener.run(channel: Descriptor(owning: 3), link: Descriptor(owning: 4), jail: jail)
    }

    private static func beVerifier(_ words: [String]) {
        if let lies = lies(of: "verifier") { tell(lies) }
        guard let jail = words.last.flatMap({ Jail($0) }) else { return }
        try? Verifier.run(channel: Descriptor(owning: 3), link: Descriptor(owning: 4), jail: jail)
    }

    // MARK: Lying

    private static let limit = 16 << 20

    private static func lies(of role: String) -> [Substring]? {
        guard let path = unsafe getenv("FORGERY").map({ unsafe String(cString: $0) }),
            let bytes = try? Files.read(path, limit: limit)
        else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first.map(String.init) == role else { return nil }
        _ = unsafe unlink(path)
        return Array(lines.dropFirst())
    }

    /// Sends all of it, takes nothing, and waits to be ended; not for ever.
    private static func tell(_ lies: [Substring]) -> Never {
        ThisProcess.setName("knockd-\(CommandLine.arguments[1].dropFirst("--role=".count))")
        for lie in lies {
            let words = lie.split(separator: " ")
            guard words.count == 2 else { continue }
            let digits = words[1].compactMap(\.hexDigitValue)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
            // It may wait for room.
            _ = unsafe send(words[0] == "link" ? 4 : 3, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
        Clock.pause(10_000)
        ThisProcess.exit(0)
    }
}
