import Doors
import Keys
import SignedKnocks

/// Finds errors that make doors unusable with signed knocks.
enum SignedDoorErrors {
    /// Errors, in no order.
    static func diagnostics(_ sections: [DoorSection]) -> [Diagnostic] {
        let namesakes = Dictionary(grouping: sections, by: \.identity.name).values.filter { $0.count > 1 }
        return sections.flatMap { name(of: $0) + delegates(of: $0) + commands(of: $0) } + namesakes.flatMap(repeated)
    }

    private static func name(of section: DoorSection) -> [Diagnostic] {
        let name = section.identity.name
        guard section.signed.keysField != nil, !SignedKnockBody.isDoorName(name) else { return [] }
        return [
            section.heading.diagnostic(
                .error,
                "no signed knock can name door '\(name)'; give it a name of at most \(SignedKnocksLimits.doorNameBytes) of "
                    + "A-Z a-z 0-9 . _ -, the first a letter or a digit, or take its keys away")
        ]
    }

    /// - Parameter sections: at least two of one name.
    private static func repeated(_ sections: [DoorSection]) -> [Diagnostic] {
        guard sections.contains(where: { $0.signed.keysField != nil }) else { return [] }
        return sections.dropFirst().map {
            $0.heading.diagnostic(
                .error,
                "there is a door '\($0.identity.name)' already, and a signed knock could mean either; rename one of them"
            )
        }
    }

    private static func delegates(of section: DoorSection) -> [Diagnostic] {
        guard section.signed.keysField != nil else { return [] }
        return section.signed.unlistedDelegates.map {
            $0.field.diagnostic(.error, "key \($0.name) is not among the keys of this door; add it to keys too")
        }
    }

    /// The author of this file chose the door's name, but not for use in a shell.
    private static func commands(of section: DoorSection) -> [Diagnostic] {
        let name = section.identity.name
        guard !ActionTemplate.canName(name) else { return [] }
        return section.commands.all.filter { ActionTemplate($0.text)?.namesDoor ?? false }.map {
            $0.diagnostic(
                .error,
                "the name of door '\(name)' could mean something to the shell or to a command; take %DOOR% out, or give the door a name "
                    + "of A-Z a-z 0-9 . _ - alone, the first a letter or a digit")
        }
    }
}
