package import Doors
import Knocks
import Linux
import Packets

/// What becomes of a door of knockd.conf in a ruleset.
package struct DoorTranslation: Equatable, Sendable {
    /// The door's name.
    package let name: String
    /// Nil if the kernel cannot do the door.
    private(set) var door: KernelDoor?
    /// What the ruleset does not do, and the daemon would; what to do instead.
    package private(set) var omissions: [String] = []
    /// What differs from the daemon, and is meant.
    private(set) var notes: [String] = []

    /// Translates a door.
    ///
    /// - Parameters:
    ///   - number: its place in the configuration, counted from 1.
    ///   - port: what it opens, whatever its start command says; nil has that read.
    ///   - families: the kinds of address that the ruleset is about.
    package init(_ door: Door, number: Int, port: OpenedPort?, families: [AddressFamily]) {
        name = door.identity.displayName
        if door.signed != nil { omissions.append("signed knocks, which the kernel cannot judge: leave them to knockd") }
        if door.oneTimeFile != nil {
            omissions.append("one-time sequences, which the kernel cannot use up: leave the door to knockd")
            return
        }
        guard let sequence = door.sequence else { return }
        if let obstacle = Self.obstacle(door, sequence) {
            omissions.append(obstacle)
            return
        }
        var ports: [AddressFamily: OpenedPort] = [:]
        var closed: [String] = []
        for family in families {
            if let target = sequence.target, target.isIPv4 != (family == .ipv4) {
                closed.append("its target \(target) is no \(family.rawValue) address")
            } else if let found = self.port(of: door, for: family, given: port) {
                ports[family] = found
            } else if door.actions(for: family) == nil {
                closed.append("it runs nothing for \(family.rawValue) addresses: \(askForPort)")
            }
        }
        // To open to one kind of address alone may be meant.
        if ports.isEmpty { omissions += closed } else { notes += closed }
        // One command stands for both kinds, mostly.
        omissions = Self.unique(omissions)
        notes = Self.unique(notes)
        if ports.isEmpty { return }
        let translated = KernelDoor(
            number: number, name: name, sequence: sequence.sequence, flagRule: Self.flags(of: sequence),
            stageSeconds: sequence.timeout / 1000, openSeconds: door.openFor / 1000, target: sequence.target,
            ports: ports)
        if let caveat = translated.caveat { notes.append(caveat) }
        self.door = translated
    }

    /// Without `tcpflags` knockd takes every segment; a ruleset takes what begins a connection.
    private static func flags(of door: SequenceDoor) -> TCPFlagRule {
        door.flagRule == TCPFlagRule() ? .initialSYN : door.flagRule
    }

    private static func obstacle(_ door: Door, _ sequence: SequenceDoor) -> String? {
        if sequence.vlan != nil { return "a VLAN's tag, which these rules do not see: leave the door to knockd" }
        if door.openFor == 0 { return "cmd_timeout = 0, which leaves no time: write 1 or more" }
        if sequence.sequence.count > 1, sequence.timeout == 0 {
            return "seq_timeout = 0, which leaves no time: write 1 or more"
        }
        let longest = Milliseconds(KernelDoor.longest) * 1000
        if door.openFor > longest || sequence.timeout > longest {
            return "times above \(KernelDoor.longest) seconds, which the kernel cannot count: write less"
        }
        return nil
    }

    /// What the door opens to one kind of address.
    private mutating func port(of door: Door, for family: AddressFamily, given: OpenedPort?) -> OpenedPort? {
        let actions = door.actions(for: family)
        if let given {
            if let start = actions?.start, CommandReading(start)?.port != given {
                notes.append("its commands are not run: \(start.text)")
            }
            return given
        }
        guard let actions else { return nil }
        guard let start = CommandReading(actions.start) else {
            omissions.append("which port it opens cannot be read from its start_command with certainty: \(askForPort)")
            return nil
        }
        if start.verb == .close {
            omissions.append("it closes \(start.port), and a ruleset only opens: what it opens closes by itself")
            return nil
        }
        if let stop = actions.stop {
            let reading = CommandReading(stop)
            if reading?.verb != .close || reading?.port != start.port {
                omissions.append("its stop_command, which does something else than close \(start.port): it is not run")
            }
        } else {
            notes.append("it has no stop_command: knockd would leave it open, and here it closes after cmd_timeout")
        }
        return start.port
    }

    private var askForPort: String { "write --door \(ShellWord.quoted(name)) --port PORT/tcp or PORT/udp" }

    private static func unique(_ texts: [String]) -> [String] {
        texts.enumerated().filter { texts.firstIndex(of: $1) == $0 }.map(\.element)
    }
}

extension Door {
    /// What is run for addresses of this kind.
    fileprivate func actions(for family: AddressFamily) -> Actions? { family == .ipv4 ? actions : actionsIPv6 }
}
