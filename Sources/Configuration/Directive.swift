/// The directives of knockd.conf. Names match in any case.
enum Directive: String, CaseIterable {
    /// The sections in which a directive is valid.
    enum Place {
        case options
        case door
        case either
        /// In any section, or before the first.
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

    /// Whether it is valid in [options], or else in a door's section.
    func belongs(inOptions: Bool) -> Bool {
        switch place {
        case .options: inOptions
        case .door: !inOptions
        case .either, .anywhere: true
        }
    }

    /// The directive with this name; nil if there is none.
    init?(_ name: Field) {
        self.init(rawValue: name.text.lowercased())
    }

    /// The names valid in a section, for a diagnostic.
    static func names(inOptions: Bool) -> String {
        allCases.filter { $0.belongs(inOptions: inOptions) }.map(\.spelling).joined(separator: ", ")
    }
}
