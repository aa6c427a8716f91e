package import Doors
package import Keys

/// Finds faults of the keys that doors name.
extension Configuration {
    /// One diagnostic for each place where a door names a missing key. Keys whose files cannot be used, and a directory
    /// that cannot be used, have diagnostics of their own.
    package func missingKeys(
        in directory: KeyDirectory, severity: Diagnostic.Severity = .warning
    ) -> [Diagnostic] {
        guard directory.isUsable else { return [] }
        let known = directory.refused.union(directory.entries.map(\.key.name))
        return namedKeys.filter { !known.contains($0.name) }.map {
            $0.field.diagnostic(
                severity, "there is no key \($0.name) in \(directory.path); run knockctl keys add \($0.name)")
        }
    }

    /// The doors that have keys, or should have, and cannot use any of them. A door that accepts every key is left out
    /// as long as there is no key.
    ///
    /// - Parameter usable: the keys that can be used.
    package func doorsWithoutKeys(usable: Set<KeyName>, in directory: KeyDirectory) -> [Door] {
        let hasKeys = directory.present.map { !$0.isEmpty } ?? true
        return doors.filter { door in
            switch door.signed?.keys {
            case nil: false
            case .all: usable.isEmpty && hasKeys
            case .named(let names): names.isDisjoint(with: usable)
            }
        }
    }

    /// Whether these are all doors, and nothing but a key opens them.
    package func hasOnly(_ doors: [Door]) -> Bool {
        doors.count == self.doors.count && !doors.contains { $0.opensWithoutKeys }
    }

    /// Reads the keys and reports their faults as errors; nil if no door accepts signed knocks.
    func readKeys() -> KeyDirectory? {
        guard takesSignedKnocks else { return nil }
        return KeyDirectory.read(options.keyDirectory, serverName: options.serverName, severity: .error)
    }
}

extension ConfigurationOutcome {
    /// The faults of the keys, as errors.
    ///
    /// - Parameter directory: the result of `Configuration.readKeys`.
    func keyErrors(in directory: KeyDirectory, of configuration: Configuration) -> [Diagnostic] {
        let usable = Set(directory.entries.map(\.key.name))
        let shut = Set(configuration.doorsWithoutKeys(usable: usable, in: directory).map(\.identity))
        let ofDoors = sections.filter { shut.contains($0.identity) }.map {
            $0.heading.diagnostic(.error, "door \($0.identity.displayName): none of its keys can be used")
        }
        return directory.diagnostics + configuration.missingKeys(in: directory, severity: .error) + ofDoors
    }
}
