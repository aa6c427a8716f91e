/// Finds directives that a later line of the same section overrides.
struct RepeatedDirectives {
    struct Repeat {
        let later: Field
        let earlier: Field
    }

    private struct Place: Hashable {
        let section: AnyHashable
        let directive: Directive
    }

    private var seen: [Place: Field] = [:]
    private(set) var found: [Repeat] = []

    /// - Parameter name: the place of the directive.
    mutating func note(_ directive: Directive, _ name: Field, in section: some Hashable) {
        if directive.addsUp { return }
        let place = Place(section: AnyHashable(section), directive: directive.canonical)
        if let earlier = seen.updateValue(name, forKey: place) { found.append(Repeat(later: name, earlier: earlier)) }
    }
}

extension RepeatedDirectives.Repeat {
    var diagnostic: Diagnostic {
        let place = earlier.file == later.file ? "line \(earlier.line)" : "\(earlier.file):\(earlier.line)"
        return later.diagnostic(
            .warning, "this replaces the '\(earlier.text)' of \(place); take one of them out")
    }
}
