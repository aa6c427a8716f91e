/// Reads a key file line by line, and collects all faults before it gives up.
struct KeyFileReader {
    private enum Section {
        case none
        case key
        /// The section at this index of `generations`.
        case generation(Int)
        /// A wrong heading: the lines after it are not reported.
        case wrong
    }

    private var section = Section.none
    private var key: KeyFileSection?
    private var generations: [KeyFileSection] = []
    /// A nil place stands for the whole file.
    private(set) var problems: [(place: KeyFileText?, message: String)] = []

    /// Reads a trimmed line.
    mutating func read(_ line: KeyFileText) {
        if line.isBlankOrComment { return }
        do throws(KeyFileProblem) {
            guard line.bytes.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x09 }) else {
                throw KeyFileProblem(line, "the line holds bytes that no key file has; write plain ASCII text")
            }
            if let heading = line.heading { return try open(heading, line) }
            guard let (name, value) = line.assignment else {
                throw KeyFileProblem(line, "this is no directive; write NAME = VALUE, or # before a comment")
            }
            try set(name, value)
        } catch {
            problems.append((error.place, error.message))
        }
    }

    private mutating func open(_ heading: KeyFileText, _ line: KeyFileText) throws(KeyFileProblem) {
        section = .wrong
        if heading.text == "key" {
            if key != nil { throw KeyFileProblem(line, "[key] stands here twice; leave one of them") }
            key = KeyFileSection(heading: line, number: 0)
            section = .key
            return
        }
        guard let digits = heading.after("generation") else {
            throw KeyFileProblem(line, "this is no section of a key file; write [key] or [generation 1]")
        }
        let greatest = KeysLimits.greatestNumber
        guard let number = digits.number(upTo: greatest) else {
            throw KeyFileProblem(
                digits,
                "\(digits.quoted) is no generation; write a number from 1 to \(greatest), without zeros before it")
        }
        if generations.contains(where: { $0.number == number }) {
            throw KeyFileProblem(digits, "there are two generations \(number); take one of them out")
        }
        section = .generation(generations.count)
        generations.append(KeyFileSection(heading: line, number: number))
    }

    private mutating func set(_ name: KeyFileText, _ value: KeyFileText) throws(KeyFileProblem) {
        switch section {
        case .none: throw KeyFileProblem(name, "this belongs to no section; write [key] or [generation 1] before it")
        case .wrong: return
        case .key: try key?.set(name, value)
        case .generation(let place): try generations[place].set(name, value)
        }
    }

    /// The key, if there was no fault.
    mutating func finish() -> Key? {
        // A missing section may be in a line that was reported already.
        if key == nil || generations.isEmpty, problems.isEmpty {
            let missing = key == nil ? "there is no section [key]" : "there is no generation"
            problems.append((nil, "\(missing); make a key with knockctl keys add"))
        }
        if generations.count > KeysLimits.generations {
            let most = KeysLimits.generations
            problems.append((nil, "there are \(generations.count) generations; keep the newest, at most \(most)"))
        }
        guard let key else { return nil }
        let name = check { () throws(KeyFileProblem) in try key.value(of: .name).keyName() }
        let server = check { () throws(KeyFileProblem) in try key.value(of: .server).keyName() }
        check { () throws(KeyFileProblem) in try key.value(of: .versions).knownVersion() }
        let addresses = check { () throws(KeyFileProblem) in try key.values[.addresses]?.addresses() ?? [] }
        let read = generations.map { finish($0, server: server) }
        findTwins(read)
        guard problems.isEmpty, let name, let server, let addresses else { return nil }
        let numbered = read.compactMap(\.self).sorted { $0.number < $1.number }
        return Key(name: name, server: server, addresses: addresses, generations: numbered)
    }

    private mutating func finish(_ section: KeyFileSection, server: KeyName?) -> KeyGeneration? {
        let id = check { () throws(KeyFileProblem) in try section.value(of: .id).generationID() }
        let secret = check { () throws(KeyFileProblem) in try section.value(of: .secret).secret() }
        let created = check { () throws(KeyFileProblem) in try section.value(of: .created).moment() }
        let state = check { () throws(KeyFileProblem) in try section.state() }
        guard let id, let secret else { return nil }
        if let server {
            check { () throws(KeyFileProblem) in try section.checkID(id, secret: secret, server: server) }
        }
        guard let created, let state else { return nil }
        return KeyGeneration(number: section.number, id: id, secret: secret, created: created, state: state)
    }

    /// Reports generations with the same id, and so with the same secret.
    private mutating func findTwins(_ read: [KeyGeneration?]) {
        var numbers: [GenerationID: Int] = [:]
        for (section, generation) in zip(generations, read) {
            guard let generation else { continue }
            if let other = numbers.updateValue(generation.number, forKey: generation.id) {
                problems.append(
                    (
                        section.values[.id],
                        "generations \(other) and \(generation.number) have one id; take one of them out"
                    ))
            }
        }
    }

    @discardableResult
    private mutating func check<Value>(_ body: () throws(KeyFileProblem) -> Value) -> Value? {
        do throws(KeyFileProblem) {
            return try body()
        } catch {
            problems.append((error.place, error.message))
            return nil
        }
    }
}
