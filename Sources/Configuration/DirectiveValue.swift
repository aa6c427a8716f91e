/// The kind of text that the value of a directive may hold.
enum ValueKind {
    /// ASCII without `#` and quotes: numbers, words, sequences, flags, addresses, names of keys.
    case plain
    /// Names of interfaces. The kernel allows nearly all characters in them except blanks.
    case interfaces
    /// The name of a file or a directory.
    case path
    /// Text for the shell.
    case command
}

extension Directive {
    var valueKind: ValueKind {
        switch self {
        case .logFile, .pidFile, .stateFile, .keyDirectory, .oneTimeSequences, .include: .path
        case .interface: .interfaces
        case .startCommand, .command, .startCommand6, .command6, .stopCommand, .stopCommand6, .checkCommand,
            .checkCommand6:
            .command
        default: .plain
        }
    }

    /// The usual spelling in configurations.
    var spelling: String { Self.capitals[self] ?? rawValue }

    private static let capitals: [Directive: String] = [
        .useSyslog: "UseSyslog", .logFile: "LogFile", .pidFile: "PidFile", .interface: "Interface",
        .stateFile: "StateFile", .onExit: "OnExit", .keyDirectory: "KeyDirectory", .serverName: "ServerName",
        .signedPort: "SignedPort", .timeWindow: "TimeWindow", .sourceRate: "SourceRate", .totalRate: "TotalRate",
        .user: "User", .sandbox: "Sandbox",
    ]

    /// The main name of a directive that has two.
    var canonical: Directive {
        switch self {
        case .timeout: .sequenceTimeout
        case .command: .startCommand
        case .command6: .startCommand6
        default: self
        }
    }

    /// Whether repeated lines in one section add up instead of overriding each other.
    var addsUp: Bool { self == .tcpFlags || self == .interface || self == .include || self == .useSyslog }
}
