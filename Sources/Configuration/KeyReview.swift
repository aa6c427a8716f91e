import Keys

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

    /// What is wrong with the keys, as errors: they are read for it, if any door takes signed knocks.
    var keyErrors: [Diagnostic] {
        guard takesSignedKnocks else { return [] }
        let directory = KeyDirectory.read(options.keyDirectory, serverName: options.serverName, severity: .error)
        return directory.diagnostics + missingKeys(in: directory, severity: .error)
    }
}
