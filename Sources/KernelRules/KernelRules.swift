package import Doors
import Knocks

/// The doors of a configuration, translated for a ruleset that needs no daemon.
package struct KernelRules: Sendable {
    /// The translation of each requested door.
    package let translations: [DoorTranslation]
    /// The interfaces at which knocks are accepted; empty is all of them.
    let interfaces: [String]
    /// Whether only the knock chains are wanted, for an existing firewall.
    let isOnlyKnocks: Bool

    /// - Parameters:
    ///   - doors: each with its position in the configuration, counted from 1.
    ///   - port: the port that they open, whatever their start commands say; nil reads the commands.
    ///   - families: the address families of the ruleset.
    ///   - interfaces: as in the configuration; `any`, or none, are all.
    package init(
        doors: [(number: Int, door: Door)], port: OpenedPort?, families: [AddressFamily], interfaces: [String],
        isOnlyKnocks: Bool
    ) {
        translations = doors.map { DoorTranslation($0.door, number: $0.number, port: port, families: families) }
        self.isOnlyKnocks = isOnlyKnocks
        // A label stands for an address; packets have the name of the interface without the label.
        let names = interfaces.contains("any") ? [] : interfaces.map { String($0.prefix { $0 != ":" }) }
        self.interfaces = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
    }

    /// Whether a name can be written into a rule as it is. iptables would take a `+` at its end for any ending.
    package static func canName(interface: String) -> Bool {
        !interface.hasPrefix(":")
            && interface.utf8.allSatisfy { byte in
                switch UnicodeScalar(byte) {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "@", ":": true
                default: false
                }
            }
    }

    /// The doors that the kernel can do.
    var doors: [KernelDoor] { translations.compactMap(\.door) }

    /// Writes the introduction of a ruleset, which describes the doors one by one.
    func introduce(in text: inout RulesText) {
        for translation in translations {
            text.comment("")
            if let door = translation.door {
                text.comment(door.summary + ".")
            } else {
                text.comment("\(translation.name): not in these rules.")
            }
            for omission in translation.omissions { text.comment("NOT DONE HERE: \(omission).") }
            for note in translation.notes { text.comment("Note: \(note).") }
        }
        text.comment("")
        if doors.isEmpty { text.comment("No door can be translated, so there are no rules.") }
    }
}

extension KernelDoor {
    /// The segments that the door examines: those that begin a connection, and those that can be its knocks.
    var segments: [TCPFlagRule] {
        if flagRule.covers(.initialSYN) { return [flagRule] }
        return TCPFlagRule.initialSYN.covers(flagRule) ? [.initialSYN] : [.initialSYN, flagRule]
    }
}

extension TCPFlagRule {
    /// Whether this rule admits everything that another rule admits.
    func covers(_ other: TCPFlagRule) -> Bool {
        required.isSubset(of: other.required) && forbidden.isSubset(of: other.forbidden)
    }
}
