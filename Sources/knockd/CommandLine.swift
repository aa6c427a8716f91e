import Linux
import Roles

/// knockd's command line: knockd 0.8's options, and those of its own.
enum Invocation: Equatable {
    case run(Settings)
    case check(configurationFile: String)
    case listener
    case resolver
    case help
    case version
    case wrong

    private static let options: [CommandLineOptions.Option] = [
        .init("i", "interface", takesValue: true),
        .init("c", "config", takesValue: true),
        .init("g", "logfile", takesValue: true),
        .init("l", "lookup"),
        .init("v", "verbose"),
        .init("4", "only-ip-v4"),
        .init("C", "check"),
        .init("V", "version"),
        .init("h", "help"),
    ]

    static let usage = """
        usage: knockd [options]
          -i, --interface NAME   the network interface to listen on (default eth0)
          -c, --config FILE      the configuration (default /etc/knockd.conf)
          -g, --logfile FILE     the log file, unless the configuration names one
          -l, --lookup           put host names beside the addresses in log lines
          -v, --verbose          print log lines to standard output too
          -4, --only-ip-v4       take no notice of IPv6
          -C, --check            check the configuration, and do nothing else
          -V, --version          print the version
          -h, --help             print this
        """

    /// The name is `knockd`, the first argument, in any case.
    init(_ arguments: [String]) {
        if arguments.count == 2, arguments[1] == RoleArgument.listener {
            self = .listener
            return
        }
        if arguments.count == 2, arguments[1] == RoleArgument.resolver {
            self = .resolver
            return
        }
        guard let line = CommandLineOptions(arguments, known: Self.options) else {
            self = .wrong
            return
        }
        var settings = Settings(configurationFile: "/etc/knockd.conf")
        var isCheck = false
        for option in line.options {
            switch option.letter {
            case "i": settings.interface = option.value
            case "c": settings.configurationFile = option.value
            case "g": settings.logFile = option.value
            case "l": settings.looksUpNames = true
            case "v": settings.isVerbose = true
            case "4": settings.onlyIPv4 = true
            case "C": isCheck = true
            case "V":
                self = .version
                return
            default:
                self = .help
                return
            }
        }
        self = isCheck ? .check(configurationFile: settings.configurationFile) : .run(settings)
    }
}
