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
        do throws(NameLookupError) {
            let addresses = try NameLookup.addresses(of: request.host, request.family)
            let run = KnockRun(knocks: request.knocks, addresses: addresses, delay: request.delay)
            return KnockReport(run.perform(with: NetworkSender(isVerbose: request.isVerbose)))
        } catch {
            return KnockReport(error, family: request.family)
        }
    }
}

/// Knocks for real, and says so first where the user wants to know.
private struct NetworkSender: KnockSender {
    let isVerbose: Bool

    func send(_ knock: Knock, to address: HostAddress) throws(SystemError) {
        if isVerbose { Output.print(KnockText.hitting(knock, address)) }
        switch knock.transport {
        case .tcp: try KnockSocket.sendSYN(to: address, port: knock.port)
        case .udp: try KnockSocket.sendDatagram(to: address, port: knock.port)
        }
    }

    func pause(_ span: Milliseconds) {
        Clock.pause(span)
    }
}
