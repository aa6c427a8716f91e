import KernelRules
import Keys

@testable import Configuration

extension FuzzTarget {
    /// knockd.conf, and what is made of its doors: rulesets, in which nothing of it is a rule.
    static func takeConfiguration(_ bytes: [UInt8]) {
        // Other files are nobody's to open here.
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        if text.contains("include") || text.contains("one_time") { return }
        let outcome = ConfigurationReader.read(bytes, file: "fuzz.conf")
        let errors = outcome.diagnostics.filter { $0.severity == .error }
        precondition((outcome.configuration == nil) == !errors.isEmpty)
        guard let configuration = outcome.configuration else { return }
        let doors = configuration.doors.enumerated().map { (number: $0 + 1, door: $1) }
        let interfaces = configuration.options.interfaces.filter { KernelRules.canName(interface: $0) }
        for family in AddressFamily.allCases {
            let rules = KernelRules(
                doors: doors, port: nil, families: [family], interfaces: interfaces, isOnlyKnocks: false)
            checkRules(IPTablesRules.lines(rules, for: family), beginning: ["-A ", ":", "*filter", "COMMIT"])
        }
        let rules = KernelRules(
            doors: doors, port: nil, families: AddressFamily.allCases, interfaces: interfaces, isOnlyKnocks: true)
        checkRules(NFTablesRules.lines(rules), beginning: [])
    }

    /// Lines of a length that is read whole, and without anything that could end one within.
    private static func checkRules(_ lines: [String], beginning heads: [String]) {
        for line in lines {
            precondition(line.utf8.count < 10_000)
            precondition(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, line)
            let rule = line.drop { $0 == " " }
            if rule.isEmpty || rule.hasPrefix("#") { continue }
            precondition(line.utf8.allSatisfy { $0 < 0x7F }, line)
            precondition(heads.isEmpty || heads.contains { line.hasPrefix($0) }, line)
        }
    }

    /// A key that is read is written so that it is read as the same.
    static func takeKeyFile(_ bytes: [UInt8]) {
        switch KeyFile.read(bytes, file: "fuzz.key") {
        case .key(let key): precondition(KeyFile.read(KeyFile.text(of: key), file: "fuzz.key") == .key(key))
        case .faults(let faults): precondition(!faults.isEmpty)
        }
    }

    static func takeOneTimeFile(_ bytes: [UInt8]) {
        guard let file = try? OneTimeFile(bytes, file: "fuzz.ots") else { return }
        precondition((file.next == nil) == (file.remaining == 0))
    }
}
