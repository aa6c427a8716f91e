import Base
package import Doors
import Knocks
import Packets

/// The translation of a door of knockd.conf into a ruleset.
package struct DoorTranslation: Equatable, Sendable {
    /// The door's name, made printable.
    package let name: String
    /// The name as in the configuration, for a command line.
    private let wholeName: String
    /// Nil if the kernel cannot do the door.
    private(set) var door: KernelDoor?
    /// The parts that the daemon does and the ruleset does not; each says what to do instead.
    package private(set) var omissions: [String] = []
    /// Differences from the daemon, and other points to know.
    package private(set) var notes: [String] = []

    /// Translates a door.
    ///
    /// - Parameters:
    ///   - number: its position in the configuration, counted from 1.
    ///   - port: the port that it opens, whatever its start command says; nil reads the command.
    ///   - families: the address families of the ruleset.
    package init(_ door: Door, number: Int, port: OpenedPort?, families: [AddressFamily]) {
        name = RulesText.printable(door.identity.displayName)
        wholeName = door.identity.name
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
                closed.append("it runs nothing for \(family.rawValue) addresses\(port == nil ? ": \(askForPort)" : "")")
            }
        }
        // Opening for one address family alone may be intended.
        if ports.isEmpty { omissions += closed } else { notes += closed }
        // One command usually stands for both families, so texts would repeat.
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

    /// Without `tcpflags` knockd accepts every segment; a ruleset accepts segments that begin a connection.
    private static func flags(of door: SequenceDoor) -> TCPFlagRule {
        door.flagRule == TCPFlagRule() ? .initialSYN : door.flagRule
    }

    private static func obstacle(_ door: Door, _ sequence: SequenceDoor) -> String? {
        if sequence.vlan != nil { return "a VLAN's tag, which these rules do not see: leave the door to knockd" }
        if door.openFor == 0 { return "cmd_timeout = 0, which leaves no time: write 1 or more" }
        if sequence.sequence.count > 1, sequence.timeout == 0 {
            return "seq_timeout = 0, which leaves no time: write 1 or more"
        }
        if let target = sequence.target, !target.canBePeer(onLoopback: true) {
            return "its target \(target), which is no host's address: leave the door to knockd"
        }
        let longest = Milliseconds(KernelDoor.longest) * 1000
        if door.openFor > longest || sequence.timeout > longest {
            return "times above \(KernelDoor.longest) seconds, which are too long for the kernel: write less"
        }
        return nil
    }

    /// The port that the door opens for one address family.
    private mutating func port(of door: Door, for family: AddressFamily, given: OpenedPort?) -> OpenedPort? {
        // If there are commands for one address family only, the other one is not intended.
        guard let actions = door.actions(for: family) else {
            return AddressFamily.allCases.allSatisfy { door.actions(for: $0) == nil } ? given : nil
        }
        let start = CommandReading(actions.start)
        if let given {
            noteCommands(actions, opening: given)
            return given
        }
        guard let start else {
            omissions.append("its start_command does not show with certainty which port it opens: \(askForPort)")
            return nil
        }
        if start.verb == .close {
            omissions.append("it closes \(start.port), and a ruleset only opens: its openings close by themselves")
            return nil
        }
        if !start.families.contains(family) {
            notes.append(
                "with knockd its start_command fails for \(family.rawValue) addresses, and here they are let in")
        }
        judgeStop(actions.stop, of: start.port)
        return start.port
    }

    private mutating func judgeStop(_ stop: ActionTemplate?, of port: OpenedPort) {
        guard let stop else {
            return notes.append(
                "it has no stop_command: knockd would leave it open, and here it closes after cmd_timeout")
        }
        if CommandReading(stop).map({ $0.verb == .close && $0.port == port }) ?? false { return }
        omissions.append("its stop_command, which does something else than close \(port): it is not run")
    }

    /// Compares the commands with the port given by the operator. Commands that differ are named in a note, since they
    /// are not run.
    private mutating func noteCommands(_ actions: Door.Actions, opening port: OpenedPort) {
        if CommandReading(actions.start).map({ $0.verb == .open && $0.port == port }) ?? false {
            return judgeStop(actions.stop, of: port)
        }
        notes.append("its start_command is not run: \(actions.start.text)")
        if let stop = actions.stop { notes.append("its stop_command is not run: \(stop.text)") }
    }

    private var askForPort: String { "write --door \(ShellWord.quoted(wholeName)) --port PORT/tcp or PORT/udp" }

    private static func unique(_ texts: [String]) -> [String] {
        texts.enumerated().filter { texts.firstIndex(of: $1) == $0 }.map(\.element)
    }
}

extension Door {
    /// The commands for addresses of this family.
    fileprivate func actions(for family: AddressFamily) -> Actions? { family == .ipv4 ? actions : actionsIPv6 }
}
