import Base
import Configuration
import Linux

/// The lines that the client prints on standard error, and its exit status.
struct KnockReport: Equatable {
    /// All knocks have left this machine.
    static let success: Int32 = 0
    static let usage: Int32 = 1
    static let nameNotFound: Int32 = 2
    static let notSent: Int32 = 3
    static let noOneTimeLine: Int32 = 4

    let lines: [String]
    let status: Int32

    /// Reports a command line that cannot be understood.
    init(_ error: UsageError) {
        lines = [error.message.map { "\($0)\n(knock -h shows the usage)" } ?? KnockText.usage]
        status = Self.usage
    }

    /// Reports a host without an address.
    init(_ error: NameLookupError, family: NameLookup.Family) {
        let hint =
            switch family {
            case _ where error.isTemporary: "the name server does not answer: try again later, or write an address"
            case .any: "check the name, or write an address"
            case .ipv4: "check the name, or leave out -4 if the host has only IPv6 addresses"
            case .ipv6: "check the name, or leave out -6 if the host has only IPv4 addresses"
            }
        lines = ["knock: cannot find host '\(error.name)': \(error.reason); \(hint)"]
        status = Self.nameNotFound
    }

    /// Reports an error found before the first knock, which would stop the knocks from leaving as asked.
    init(obstacle error: SystemError, origin: KnockOrigin) {
        lines = ["knock: nothing was sent: \(Self.option(of: error, origin))"]
        status = Self.notSent
    }

    /// The option that causes an error, the fault, and the remedy.
    private static func option(of error: SystemError, _ origin: KnockOrigin) -> String {
        if error.isOfRawSocket, error.meansForbidden {
            return "--flags: not permitted; run as root, or give knock CAP_NET_RAW"
        }
        if error.isMissingInterface {
            return "--interface \(origin.interface ?? ""): no such interface; ip link shows the interfaces here"
        }
        if error.isOfInterface, error.meansForbidden {
            return "--interface \(origin.interface ?? ""): not permitted; run as root, or give knock CAP_NET_RAW"
        }
        guard error.isOfLocalPort, let port = origin.port else { return error.description }
        if error.meansPortTaken {
            return "--source-port \(port): another program uses this port; choose another, or leave out the option"
        }
        return error.meansForbidden
            ? "--source-port \(port): not permitted; choose a port above 1023, or run as root"
            : "--source-port \(port): \(error.reason)"
    }

    /// Reports a one-time file that cannot be used.
    init(_ failure: OneTimeFile.Failure, file: String) {
        let reason =
            switch failure {
            case .system(let error) where error.isMissingFile: "\(failure); make it a copy of the server's file"
            case .system:
                "\(failure); knock marks used lines in this file: make it and its directory writable"
            case .badLines: "\(file) has bad lines; correct them, here and on the server:\n\(failure)"
            case .otherNext: "\(file): another program has just used its next line; try again"
            }
        lines = ["knock: nothing was sent: \(reason)"]
        status = Self.noOneTimeLine
    }

    /// Reports a one-time file without an unused line.
    init(usedUp file: String) {
        lines = ["knock: nothing was sent: \(file): every line is used; write new ones, here and on the server"]
        status = Self.noOneTimeLine
    }

    /// This report with one more line at the end.
    func adding(_ line: String) -> KnockReport {
        KnockReport(lines: lines + [line], status: status)
    }

    /// This report with these lines before it, unless it reports a failure.
    func preceded(by notes: [String]) -> KnockReport {
        KnockReport(lines: status == Self.success ? notes + lines : lines, status: status)
    }

    init(lines: [String], status: Int32) {
        self.lines = lines
        self.status = status
    }

    /// Reports the result of the knocks; without a line if all succeeded.
    init(_ outcome: KnockOutcome) {
        status = outcome.isSuccess ? Self.success : Self.notSent
        let skipped = outcome.unreachable.map { failure in
            outcome.isSuccess
                ? "knock: note: \(failure.address) skipped: \(failure.error.reason); this machine has no route to it"
                : "knock: \(failure.what): not sent, nor the knocks after it; check this machine's addresses and routes"
        }
        lines = skipped + outcome.failures.map { "knock: \($0.what): not sent; \($0.advice)" }
    }
}

extension KnockFailure {
    fileprivate var what: String {
        "\(KnockText.target(knock, address)): \(error)"
    }

    fileprivate var advice: String {
        if address.lacksInterface {
            return "name the interface of a link-local address with -i, or after the address, such as \(address)%eth0"
        }
        if error.meansPortTaken {
            return "the source port is still in use towards this port: wait a minute, or choose another"
        }
        if error.isMissingInterface { return "the interface is gone: knock again when it is back" }
        if error.meansForbidden { return "check this machine's outgoing firewall rules and its routes" }
        return "check this machine's network, and knock again"
    }
}
