import Base
import Keys
import Linux
import SignedKnocks

/// Runs the client with `--door`, from the request to the report.
enum SignedProgram {
    static func run(_ request: SignedRequest) -> KnockReport {
        do {
            let keys = ClientKeys(directories: ClientKeys.directories { ThisProcess.variable($0) })
            let found = try keys.find(request)
            let working = try WorkingKeys(secret: found.secret, server: found.server)
            return try knock(request, SignedRun(request, working, .real(request.origin)), found)
        } catch let trouble as KeyTrouble {
            return KnockReport(trouble)
        } catch {
            return KnockReport(failure: error)
        }
    }

    private static func knock(
        _ request: SignedRequest, _ run: SignedRun, _ key: ClientKeys.Found
    ) throws(CryptoError) -> KnockReport {
        if request.isPrinted, request.address != .auto {
            // The datagram does not depend on the host's address, so there is no need to look that up.
            return print([try run.datagram(naming: run.named(towards: nil))])
        }
        let addresses: [HostAddress]
        do throws(NameLookupError) {
            addresses = try NameLookup.addresses(of: request.host, request.family)
        } catch {
            return KnockReport(error, family: request.family)
        }
        let targets: SignedTargets
        do throws(SignedTargets.PinnedElsewhere) {
            targets = try SignedTargets(
                addresses, pins: key.addresses, named: { run.named(towards: $0) },
                hasWay: { hasWay(to: $0, from: request.origin) })
        } catch {
            return KnockReport(error, host: request.host, file: key.file)
        }
        var datagrams: [HostAddress: [UInt8]] = [:]
        for target in targets.targets { datagrams[target.host] = try run.datagram(naming: target.named) }
        let hosts = targets.targets.map(\.host)
        let notes = targets.notes(host: request.host, file: key.file)
        if request.isPrinted { return print(hosts.compactMap { datagrams[$0] }).preceded(by: notes) }
        let sender = SignedSender(datagrams: datagrams, origin: request.origin, isVerbose: request.isVerbose)
        let knocks = KnockRun(knocks: [Knock(port: request.port, transport: .udp)], addresses: hosts, delay: 0)
        return KnockReport.rehearsed(knocks, with: sender, from: request.origin).preceded(by: notes)
    }

    private static func hasWay(to address: HostAddress, from origin: KnockOrigin) -> Bool {
        do throws(SystemError) {
            try KnockSocket.seekWay(to: address, from: origin)
            return true
        } catch {
            return !error.meansNoRoute
        }
    }

    /// Prints each datagram as a line of hexadecimal digits.
    private static func print(_ datagrams: [[UInt8]]) -> KnockReport {
        let isPrinted = datagrams.map { Hexadecimal.text($0) }.allSatisfy { Output.printWaiting($0) }
        return isPrinted
            ? KnockReport(lines: [], status: KnockReport.success)
            : KnockReport(
                lines: ["knock: standard output cannot be written; its reader is gone, or the disk is full"],
                status: KnockReport.notSent)
    }
}
