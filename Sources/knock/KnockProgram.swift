import Base
import Configuration
import Knocks
import Linux

/// Runs the client, from its arguments to its exit status.
enum KnockProgram {
    /// Runs the command in the arguments, and returns the exit status. The first argument is the program's name.
    static func run(_ arguments: [String]) -> Int32 {
        let report: KnockReport
        do throws(UsageError) {
            switch try command(arguments) {
            case .help:
                Output.print(KnockText.usage)
                return KnockReport.success
            case .version:
                Output.print(Version.line(of: "knock"))
                return KnockReport.success
            case .knock(let request):
                report = knock(request)
            case .sign(let request):
                report = SignedProgram.run(request)
            }
        } catch {
            report = KnockReport(error)
        }
        for line in report.lines { Output.printError(line) }
        return report.status
    }

    private static func command(_ arguments: [String]) throws(UsageError) -> KnockCommand {
        // getopt begins its messages with the first word, so use the name, not the path.
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
        if let file = request.oneTimeFile { return knockOnce(request, file, addresses) }
        let sender = NetworkSender(request)
        let run = KnockRun(knocks: request.knocks, addresses: addresses, delay: request.delay)
        return KnockReport.rehearsed(run, with: sender, from: request.origin)
    }

    /// Knocks with the next line of a one-time file. The line is marked on the disk before the first knock leaves, so
    /// that a sequence seen on the network is never sent again. If no knock could leave, the line stays unused.
    private static func knockOnce(
        _ request: KnockRequest, _ file: String, _ addresses: [HostAddress]
    ) -> KnockReport {
        do throws(OneTimeFile.Failure) {
            guard let sequence = try OneTimeFile.read(file).next else { return KnockReport(usedUp: file) }
            let sender = NetworkSender(request)
            let knocks = sequence.knocks.map { knock in
                Knock(port: knock.port, transport: request.onlyUDP || knock.transport == .udp ? .udp : .tcp)
            }
            let run = KnockRun(knocks: knocks, addresses: addresses, delay: request.delay)
            if let obstacle = obstacle(run, sender, request) { return obstacle }
            if let outcome = run.deadEnd(with: sender) { return KnockReport(outcome) }
            let left = try OneTimeFile.spend(sequence, from: file).remaining
            let report = KnockReport(run.perform(with: sender))
            return left > 0 ? report : report.adding(KnockText.lastLine(of: file))
        } catch {
            return KnockReport(error, file: file)
        }
    }

    private static func obstacle(
        _ run: KnockRun, _ sender: NetworkSender, _ request: KnockRequest
    ) -> KnockReport? {
        do throws(SystemError) {
            try run.rehearse(with: sender)
            return nil
        } catch {
            return KnockReport(obstacle: error, origin: request.origin)
        }
    }
}
