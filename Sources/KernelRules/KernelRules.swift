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
        self.interfaces = interfaces.contains("any") ? [] : interfaces.map { String($0.prefix { $0 != ":" }) }
    }

    /// Whether a name can stand in a rule as it is: iptables takes a `+` at its end for any ending.
    package static func canName(interface: String) -> Bool {
        interface.utf8.allSatisfy { byte in
            switch UnicodeScalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "@", ":": true
            default: false
            }
        }
    }

    /// The doors that the kernel can do.
    var doors: [KernelDoor] { translations.compactMap(\.door) }

    /// The segments that are looked at: what begins a connection, and what else counts as a knock at some door. One that
    /// another covers is left out.
    var flagRules: [TCPFlagRule] {
        var rules: [TCPFlagRule] = []
        for rule in [.initialSYN] + doors.map(\.flagRule) {
            if rules.contains(where: { $0.covers(rule) }) { continue }
            rules.removeAll { rule.covers($0) }
            rules.append(rule)
        }
        return rules
    }

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
    }
}

extension TCPFlagRule {
    /// Whether this one admits all that another one admits.
    func covers(_ other: TCPFlagRule) -> Bool {
        required.isSubset(of: other.required) && forbidden.isSubset(of: other.forbidden)
    }
}
