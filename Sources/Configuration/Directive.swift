/// The directives of knockd.conf. Names are matched without regard to case.
enum Directive: String, CaseIterable {
    /// Where a directive may stand.
    enum Place {
        case options
        case door
        case either
        /// Either, or before any section.
        case anywhere
    }

    case useSyslog = "usesyslog"
    case logFile = "logfile"
    case pidFile = "pidfile"
    case interface = "interface"
    case stateFile = "statefile"
    case onExit = "onexit"
    case keyDirectory = "keydirectory"
    case serverName = "servername"
    case signedPort = "signedport"
    case timeWindow = "timewindow"
    case sourceRate = "sourcerate"
    case totalRate = "totalrate"
    case user = "user"
    case sandbox = "sandbox"

    case sequence = "sequence"
    case oneTimeSequences = "one_time_sequences"
    case oneTimeWindow = "one_time_window"
    case sequenceTimeout = "seq_timeout"
    case timeout = "timeout"
    case sequenceCooldown = "seq_cooldown"
    case tcpFlags = "tcpflags"
    case target = "target"
    case vlan = "vlan"
    case startCommand = "start_command"
    case command = "command"
    case startCommand6 = "start_command_6"
    case command6 = "command_6"
    case commandTimeout = "cmd_timeout"
    case stopCommand = "stop_command"
    case stopCommand6 = "stop_command_6"
    case stopSuccess = "stop_success"
    case checkCommand = "check_command"
    case checkCommand6 = "check_command_6"
    case commandLimit = "command_limit"
    case reknock = "reknock"
    case maxOpenings = "max_openings"
    case keys = "keys"
    case address = "address"
    case delegates = "delegates"
    case maxSeconds = "max_seconds"

    case strictSequence = "strict_sequence"
    case reloadKeeps = "reload_keeps"
    case include = "include"

    var place: Place {
        switch self {
        case .useSyslog, .logFile, .pidFile, .interface, .stateFile, .onExit, .keyDirectory, .serverName, .signedPort,
            .timeWindow, .sourceRate, .totalRate, .user, .sandbox:
            .options
        case .strictSequence, .reloadKeeps: .either
        case .include: .anywhere
        default: .door
        }
    }

    /// Whether it may stand in [options], or else in the section of a door.
    func belongs(inOptions: Bool) -> Bool {
        switch place {
        case .options: inOptions
        case .door: !inOptions
        case .either, .anywhere: true
        }
    }

    /// The directive that a name means.
    init?(_ name: Field) {
        self.init(rawValue: name.text.lowercased())
    }

    /// The names that may stand in a section, for a diagnostic.
    static func names(inOptions: Bool) -> String {
        allCases.filter { $0.belongs(inOptions: inOptions) }.map(\.spelling).joined(separator: ", ")
    }
}
