/// One section of a key file, as it stands there.
struct KeyFileSection {
    /// The heading's line.
    let heading: KeyFileText
    /// Of a generation; zero for [key].
    let number: Int
    /// What was read of it.
    private(set) var values: [KeyFileDirective: KeyFileText] = [:]

    init(heading: KeyFileText, number: Int) {
        self.heading = heading
        self.number = number
    }

    /// Takes what a line says.
    mutating func set(_ name: KeyFileText, _ value: KeyFileText) throws(KeyFileProblem) {
        guard let directive = KeyFileDirective(name), directive.isOfKey == (number == 0) else {
            let known = KeyFileDirective.names(ofKey: number == 0)
            throw KeyFileProblem(name, "\(name.quoted) is no directive here; write one of \(known)")
        }
        guard values.updateValue(value, forKey: directive) == nil else {
            throw KeyFileProblem(name, "'\(directive)' stands twice in this section; leave one of them")
        }
    }

    /// The value of a directive that the section must have.
    func value(of directive: KeyFileDirective) throws(KeyFileProblem) -> KeyFileText {
        if let value = values[directive] { return value }
        throw KeyFileProblem(heading, "'\(directive)' is missing; write \(directive) = VALUE below this line")
    }
}

/// What is wrong with a piece of a key file.
struct KeyFileProblem: Error {
    let place: KeyFileText
    let message: String

    init(_ place: KeyFileText, _ message: String) {
        self.place = place
        self.message = message
    }
}
