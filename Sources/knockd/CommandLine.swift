import Confinement
import Doorkeeper
import Linux
import Messages

/// knockd's command line: knockd 0.8's options, and those of its own.
enum Invocation: Equatable {
    case run(Settings)
    case check(Settings)
    case read(file: String, Settings, allowsExampleKey: Bool)
    case listener(Jail)
    case verifier(Jail)
    case resolver
    case help
    case version
    case wrong

    private static let options: [CommandLineOptions.Option] = [
        .init("i", "interface", takesValue: true),
        .init("c", "config", takesValue: true),
        .init("d", "daemon"),
        .init("p", "pidfile", takesValue: true),
        .init("g", "logfile", takesValue: true),
        .init("S", "statefile", takesValue: true),
        .init("l", "lookup"),
        .init("v", "verbose"),
        .init("D", "debug"),
        .init("4", "only-ip-v4"),
        .init("C", "check"),
        .init("R", "read", takesValue: true),
        .init("E", "allow-example-key"),
        .init("V", "version"),
        .init("h", "help"),
    ]

    static let usage = """
        usage: knockd [options]
          -i, --interface NAME   where to listen: a network interface, several (NAME,NAME), or any
                                 (default: those that have a default route, else eth0)
          -d, --daemon           go on in the background
          -c, --config FILE      the configuration (default /etc/knockd.conf)
          -p, --pidfile FILE     with -d, the file for the process id, unless the configuration names one
                                 (default /var/run/knockd.pid)
          -g, --logfile FILE     the log file, unless the configuration names one
          -S, --statefile FILE   the ledger of open doors, whatever the configuration names
          -l, --lookup           put host names beside the addresses in log lines
          -v, --verbose          print log lines to standard output too
          -D, --debug            print every packet that passes the filter, and more
          -4, --only-ip-v4       take no notice of IPv6
          -C, --check            check the configuration, and do nothing else
          -R, --read FILE        tell what the packets captured in FILE would have done, and do nothing else
          -E, --allow-example-key
                                 with --read, judge by the published example key too
          -V, --version          print the version
          -h, --help             print this
        """

    /// What the Doorkeeper has started; nil if it is somebody else who starts.
    private static func role(_ arguments: ArraySlice<String>) -> Invocation? {
        let jail = arguments.count == 2 ? arguments.last.flatMap { Jail($0) } : nil
        return switch (arguments.first, jail, arguments.count) {
        case (RoleArgument.listener, let jail?, _): .listener(jail)
        case (RoleArgument.verifier, let jail?, _): .verifier(jail)
        case (RoleArgument.resolver, nil, 1): .resolver
        default: nil
        }
    }

    /// The name is `knockd`, the first argument, in any case.
    init(_ arguments: [String]) {
        if let role = Self.role(arguments.dropFirst()) {
            self = role
            return
        }
        guard let line = CommandLineOptions(arguments, known: Self.options) else {
            self = .wrong
            return
        }
        var settings = Settings(configurationFile: "/etc/knockd.conf")
        var isCheck = false
        var captureFile: String?
        var allowsExampleKey = false
        for option in line.options {
            switch option.letter {
            case "i": settings.interfaces += Self.names(in: option.value)
            case "d": settings.isDaemon = true
            case "p": settings.pidFile = option.value
            case "D": settings.isDebugging = true
            case "c": settings.configurationFile = option.value
            case "g": settings.logFile = option.value
            case "S": settings.stateFile = option.value
            case "l": settings.looksUpNames = true
            case "v": settings.isVerbose = true
            case "4": settings.onlyIPv4 = true
            case "C": isCheck = true
            case "R": captureFile = option.value
            case "E": allowsExampleKey = true
            case "V":
                self = .version
                return
            default:
                self = .help
                return
            }
        }
        if let captureFile, !isCheck {
            self = .read(file: captureFile, settings, allowsExampleKey: allowsExampleKey)
            return
        }
        // Everybody has that key: nothing but a capture file may be judged by it.
        if allowsExampleKey {
            self = .wrong
            return
        }
        self = isCheck ? .check(settings) : .run(settings)
    }

    /// The names of interfaces between commas.
    private static func names(in list: String) -> [String] {
        let names = list.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
        // An empty one is a mistake, in a script perhaps, and not the lack of the option.
        return names.isEmpty ? [""] : names
    }
}
