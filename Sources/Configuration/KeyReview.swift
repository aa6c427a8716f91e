package import Doors
package import Keys

/// What there is to say about the keys that doors name.
extension Configuration {
    /// A word for each place where a door names a key that is not there. There is none about keys whose files cannot be
    /// used, and none if the whole directory cannot: the directory has words of its own for these.
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

    /// The doors whose keys are there, or should be, and none of which can be used. A door that takes every key is none of
    /// them where there is no key yet.
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

    /// Whether these doors are all there are, and no sequence opens any of them.
    package func hasOnly(_ doors: [Door]) -> Bool {
        doors.count == self.doors.count && doors.allSatisfy { $0.sequence == nil && $0.oneTimeFile == nil }
    }

    /// The keys, read to find what is wrong with them, as errors; nil if no door takes signed knocks.
    func readKeys() -> KeyDirectory? {
        guard takesSignedKnocks else { return nil }
        return KeyDirectory.read(options.keyDirectory, serverName: options.serverName, severity: .error)
    }
}

extension ConfigurationOutcome {
    /// What is wrong with the keys, as errors.
    ///
    /// - Parameter directory: what `Configuration.readKeys` has read.
    func keyErrors(in directory: KeyDirectory, of configuration: Configuration) -> [Diagnostic] {
        let usable = Set(directory.entries.map(\.key.name))
        let shut = Set(configuration.doorsWithoutKeys(usable: usable, in: directory).map(\.identity))
        let ofDoors = sections.filter { shut.contains($0.identity) }.map {
            $0.heading.diagnostic(.error, "door \($0.identity.displayName): none of its keys can be used")
        }
        return directory.diagnostics + configuration.missingKeys(in: directory, severity: .error) + ofDoors
    }
}
