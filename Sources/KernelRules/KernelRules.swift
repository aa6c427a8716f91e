package import Doors
import Knocks

/// Doors of a configuration, and how the kernel is to do them without a daemon.
package struct KernelRules: Sendable {
    /// What there is to say of each door that was asked for.
    package let translations: [DoorTranslation]
    /// On which interfaces knocks count; none is all of them.
    let interfaces: [String]
    /// Whether only the chains are wanted, for a firewall that is there already.
    let isOnlyKnocks: Bool

    /// - Parameters:
    ///   - doors: each with its place in the configuration, counted from 1.
    ///   - port: what they open, whatever their start commands say; nil has these read.
    ///   - families: the kinds of address that the ruleset is about.
    ///   - interfaces: as in the configuration: `any` and nothing are all.
    package init(
        doors: [(number: Int, door: Door)], port: OpenedPort?, families: [AddressFamily], interfaces: [String],
        isOnlyKnocks: Bool
    ) {
        translations = doors.map { DoorTranslation($0.door, number: $0.number, port: port, families: families) }
        self.isOnlyKnocks = isOnlyKnocks
        // A label stands for an address; packets bear the name of the interface below it.
        let names = interfaces.contains("any") ? [] : interfaces.map { String($0.prefix { $0 != ":" }) }
        self.interfaces = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
    }

    /// Whether a name can stand in a rule as it is: iptables takes a `+` at its end for any ending.
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

    /// What stands at the top of either kind of ruleset: the doors, one by one.
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
    /// The segments that it looks at: those that begin a connection, and its own where they are others.
    var segments: [TCPFlagRule] {
        if flagRule.covers(.initialSYN) { return [flagRule] }
        return TCPFlagRule.initialSYN.covers(flagRule) ? [.initialSYN] : [.initialSYN, flagRule]
    }
}

extension TCPFlagRule {
    /// Whether this one admits all that another one admits.
    func covers(_ other: TCPFlagRule) -> Bool {
        required.isSubset(of: other.required) && forbidden.isSubset(of: other.forbidden)
    }
}
