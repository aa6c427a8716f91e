/// One section of a key file, as read.
struct KeyFileSection {
    /// The line of its heading.
    let heading: KeyFileText
    /// The generation's number; zero for [key].
    let number: Int
    /// The values read so far.
    private(set) var values: [KeyFileDirective: KeyFileText] = [:]

    init(heading: KeyFileText, number: Int) {
        self.heading = heading
        self.number = number
    }

    /// Reads one directive.
    mutating func set(_ name: KeyFileText, _ value: KeyFileText) throws(KeyFileProblem) {
        guard let directive = KeyFileDirective(name), directive.isOfKey == (number == 0) else {
            let known = KeyFileDirective.names(ofKey: number == 0)
            throw KeyFileProblem(name, "\(name.quoted) is no directive here; write one of \(known)")
        }
        guard values.updateValue(value, forKey: directive) == nil else {
            throw KeyFileProblem(name, "'\(directive)' stands twice in this section; leave one of them")
        }
    }

    /// The value of a required directive.
    func value(of directive: KeyFileDirective) throws(KeyFileProblem) -> KeyFileText {
        if let value = values[directive] { return value }
        throw KeyFileProblem(heading, "'\(directive)' is missing; write \(directive) = VALUE below this line")
    }
}

/// A fault, and the piece of the file that it concerns.
struct KeyFileProblem: Error {
    let place: KeyFileText
    let message: String

    init(_ place: KeyFileText, _ message: String) {
        self.place = place
        self.message = message
    }
}
