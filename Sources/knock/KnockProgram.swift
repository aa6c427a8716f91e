import Linux

/// The client from its arguments to its exit status.
enum KnockProgram {
    /// Does what the arguments ask for, and returns the exit status. The first argument is the program's name.
    static func run(_ arguments: [String]) -> Int32 {
        let report: KnockReport
        do throws(UsageError) {
            switch try command(arguments) {
            case .help:
                Output.print(KnockText.usage)
                return KnockReport.success
            case .version:
                Output.print(KnockText.version)
                return KnockReport.success
            case .knock(let request):
                report = knock(request)
            }
        } catch {
            report = KnockReport(error)
        }
        for line in report.lines { Output.printError(line) }
        return report.status
    }

    private static func command(_ arguments: [String]) throws(UsageError) -> KnockCommand {
        // getopt puts the first word before its complaints: the name, not the path.
        let words = ["knock"] + arguments.dropFirst()
        guard let line = CommandLineOptions(words, known: KnockRequest.options) else {
            throw UsageError(refusedByGetopt: words)
        }
        return try KnockCommand(options: line.options, operands: line.operands) { name, transport in
            NameLookup.port(ofService: name, udp: transport == .udp)
        }
    }

    private static func knock(_ request: KnockRequest) -> KnockReport {
        let addresses: [HostAddress]
        do throws(NameLookupError) {
            addresses = try NameLookup.addresses(of: request.host, request.family)
        } catch {
            return KnockReport(error, family: request.family)
        }
        let sender = NetworkSender(request)
        let run = KnockRun(knocks: request.knocks, addresses: addresses, delay: request.delay)
        do throws(SystemError) {
            try run.rehearse(with: sender)
        } catch {
            return KnockReport(obstacle: error, origin: request.origin)
        }
        return KnockReport(run.perform(with: sender))
    }
}
