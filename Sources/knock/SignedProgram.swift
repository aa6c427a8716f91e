import Keys
import Linux
import SignedKnocks

/// The client with `--door`: from what was asked for to what is said at the end.
enum SignedProgram {
    static func run(_ request: SignedRequest) -> KnockReport {
        do {
            let keys = ClientKeys(directories: ClientKeys.directories { ThisProcess.variable($0) })
            let found = try keys.find(request)
            let working = try WorkingKeys(secret: found.secret, server: found.server)
            return try knock(request, SignedRun(request, working, .real(request.origin)))
        } catch let trouble as KeyTrouble {
            return KnockReport(trouble)
        } catch {
            return KnockReport(failure: error)
        }
    }

    private static func knock(_ request: SignedRequest, _ run: SignedRun) throws(CryptoError) -> KnockReport {
        if request.isPrinted, request.address != .auto {
            // It says the same whatever the host's address is: nobody need know that.
            return print([try run.datagram(for: nil)])
        }
        let addresses: [HostAddress]
        do throws(NameLookupError) {
            addresses = try NameLookup.addresses(of: request.host, request.family)
        } catch {
            return KnockReport(error, family: request.family)
        }
        var datagrams: [HostAddress: [UInt8]] = [:]
        for address in addresses { datagrams[address] = try run.datagram(for: address) }
        if request.isPrinted { return print(addresses.compactMap { datagrams[$0] }) }
        let sender = SignedSender(datagrams: datagrams, origin: request.origin, isVerbose: request.isVerbose)
        let knocks = KnockRun(knocks: [Knock(port: request.port, transport: .udp)], addresses: addresses, delay: 0)
        return KnockReport.rehearsed(knocks, with: sender, from: request.origin)
    }

    /// Prints datagrams as hex, each a line.
    private static func print(_ datagrams: [[UInt8]]) -> KnockReport {
        let isPrinted = datagrams.map(KnockText.hexadecimal).allSatisfy { Output.printWaiting($0) }
        return isPrinted
            ? KnockReport(lines: [], status: KnockReport.success)
            : KnockReport(lines: ["knock: standard output cannot be written"], status: KnockReport.notSent)
    }
}
