import Configuration
import Confinement
import Doorkeeper
import Linux
import Messages

/// knockd's command line: the options of knockd 0.8, and our own.
enum Invocation: Equatable {
    case run(Settings)
    case check(Settings)
    case read(file: String, Settings, allowsExampleKey: Bool)
    case listener(Jail)
    case verifier(Jail)
    case resolver
    case help
    case version
    /// An unusable command line. Nil if the usage text is enough.
    case wrong(advice: String?)

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
          -i, --interface NAME   listen on this network interface, on several (NAME,NAME), or on any
                                 (default: those that have a default route, else eth0)
          -d, --daemon           run in the background
          -c, --config FILE      read this configuration (default \(Configuration.defaultFile))
          -p, --pidfile FILE     with -d, write the process id here, unless the configuration names a file
                                 (default /var/run/knockd.pid)
          -g, --logfile FILE     log to this file, unless the configuration names one
          -S, --statefile FILE   keep the ledger of open doors here, whatever the configuration names
          -l, --lookup           log host names beside addresses
          -v, --verbose          print log lines on standard output too
          -D, --debug            print every packet that passes the filter, and more
          -4, --only-ip-v4       ignore IPv6
          -C, --check            check the configuration, and exit
          -R, --read FILE        print what the packets captured in FILE would have opened, and exit
          -E, --allow-example-key
                                 with --read, accept the published example key too
          -V, --version          print the version
          -h, --help             print this help
        """

    /// The role that the Doorkeeper has started this process for; nil if another program has started it.
    private static func role(_ arguments: ArraySlice<String>) -> Invocation? {
        let jail = arguments.count == 2 ? arguments.last.flatMap { Jail($0) } : nil
        return switch (arguments.first, jail, arguments.count) {
        case (RoleArgument.listener, let jail?, _): .listener(jail)
        case (RoleArgument.verifier, let jail?, _): .verifier(jail)
        case (RoleArgument.resolver, nil, 1): .resolver
        default: nil
        }
    }

    /// Reads the arguments, of which the first is the program's name.
    init(_ arguments: [String]) {
        if let role = Self.role(arguments.dropFirst()) {
            self = role
            return
        }
        guard let line = CommandLineOptions(arguments, known: Self.options) else {
            let meant = CommandLineOptions.meant(by: arguments, known: Self.options)
            self = .wrong(advice: meant.map { "did you mean --\($0)?" })
            return
        }
        var settings = Settings(configurationFile: Configuration.defaultFile)
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
        // The example key is public, so it must not be valid for a running daemon.
        if allowsExampleKey {
            self = .wrong(advice: "--allow-example-key works only with --read; name a capture file, or leave it out")
            return
        }
        self = isCheck ? .check(settings) : .run(settings)
    }

    /// Splits a list of interface names at commas.
    private static func names(in list: String) -> [String] {
        let names = list.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
        // An empty list is a mistake, possibly in a script. It must not act like a missing option.
        return names.isEmpty ? [""] : names
    }
}
