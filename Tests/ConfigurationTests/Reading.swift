import Configuration
import Doors
import Knocks
import Packets
import Testing

/// What the reader makes of a text.
func read(_ text: String) -> ConfigurationOutcome {
    read(Array(text.utf8))
}

/// What the reader makes of a file's bytes.
func read(_ bytes: [UInt8]) -> ConfigurationOutcome {
    ConfigurationReader.read(bytes, file: "a.conf")
}

/// All that is said about a text, each as it is printed.
func diagnostics(_ text: String) -> [String] {
    read(text).diagnostics.map(\.description)
}

/// A configuration about which there is nothing to say.
func configuration(_ text: String) throws -> Configuration {
    let outcome = read(text)
    #expect(outcome.diagnostics == [])
    return try #require(outcome.configuration)
}

/// The only door of a configuration about which there is nothing to say.
func door(_ directives: String) throws -> Door {
    let doors = try configuration("[door]\nsequence = 7000,8000\n\(directives)\n").doors
    try #require(doors.count == 1)
    return doors[0]
}

/// What is said about one directive in the third line, in the section of a door.
func diagnostics(ofDirective line: String) -> [String] {
    diagnostics("[door]\nsequence = 7000,8000\n\(line)\n")
}

/// A template that the test's author has written correctly.
func template(_ text: String) -> ActionTemplate {
    guard let template = ActionTemplate(text) else { preconditionFailure("no command") }
    return template
}

/// TCP knocks at these ports, then the others.
func knocks(_ ports: UInt16..., udp: [UInt16] = []) -> [Knock] {
    ports.map { Knock(.tcp, $0) } + udp.map { Knock(.udp, $0) }
}

/// All that `--check` says about a text, each as it is printed. There is no directory to find programs in.
func review(_ text: String) -> [String] {
    ConfigurationReview.diagnostics(of: read(text), searchPath: "").map(\.description).filter {
        !$0.contains("there is no program")
    }
}
