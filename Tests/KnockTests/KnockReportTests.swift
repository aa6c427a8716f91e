import Base
import Glibc
import Linux
import Testing

@testable import Configuration
@testable import knock

struct KnockReportTests {
    private let v4: HostAddress
    private let unreachable: KnockFailure
    private let forbidden: KnockFailure

    init() throws {
        v4 = try #require(HostAddress("198.18.1.1"))
        let v6 = try #require(HostAddress("fd00::1"))
        unreachable = KnockFailure(
            knock: Knock(port: 7000, transport: .tcp), address: v6, error: SystemError("connect", code: ENETUNREACH))
        forbidden = KnockFailure(
            knock: Knock(port: 8000, transport: .udp), address: v4, error: SystemError("sendto", code: EPERM))
    }

    @Test func successIsSilent() {
        let report = KnockReport(KnockOutcome(complete: [v4]))
        #expect(report.lines.isEmpty)
        #expect(report.status == 0)
    }

    @Test func anAddressLeftOutIsANote() {
        let report = KnockReport(KnockOutcome(unreachable: [unreachable], complete: [v4]))
        #expect(
            report.lines == ["knock: note: fd00::1 skipped: Network is unreachable; this machine has no route to it"])
        #expect(report.status == 0)
    }

    @Test func noAddressLeftIsAFailure() throws {
        let report = KnockReport(KnockOutcome(unreachable: [unreachable]))
        let line = try #require(report.lines.first)
        #expect(line.hasPrefix("knock: tcp fd00::1:7000: connect: Network is unreachable: not sent"))
        #expect(line.contains("check"))
        #expect(report.status == 3)
    }

    @Test func eachFailureIsALine() throws {
        let report = KnockReport(KnockOutcome(unreachable: [unreachable], failures: [forbidden, forbidden]))
        #expect(report.lines.count == 3)
        let line = try #require(report.lines.last)
        #expect(line.hasPrefix("knock: udp 198.18.1.1:8000: sendto: Operation not permitted: not sent"))
        #expect(line.contains("firewall"))
        #expect(report.status == 3)
    }

    @Test func aLinkLocalAddressNeedsItsInterface() throws {
        let knock = Knock(port: 1, transport: .tcp)
        let address = try #require(HostAddress("fe80::1"))
        let failure = KnockFailure(knock: knock, address: address, error: SystemError("connect", code: EINVAL))
        #expect(KnockReport(KnockOutcome(failures: [failure])).lines.joined().hasSuffix("such as fe80::1%eth0"))
    }

    @Test(arguments: [
        (
            SystemError("socket(SOCK_RAW)", code: EPERM),
            "--flags: not permitted; run as root, or give knock CAP_NET_RAW"
        ),
        (SystemError("SO_BINDTODEVICE", "eth7", code: ENODEV), "--interface eth7: no such interface; ip link"),
        (SystemError("SO_BINDTODEVICE", "eth7", code: EPERM), "--interface eth7: not permitted; run as root"),
        (SystemError("bind", code: EADDRINUSE), "--source-port 4000: another program uses this port; choose another"),
        (SystemError("bind", code: EACCES), "--source-port 4000: not permitted; choose a port above 1023"),
        (SystemError("bind", code: EINVAL), "--source-port 4000: Invalid argument"),
        (SystemError("socket", code: EMFILE), "socket: Too many open files"),
    ])
    func anObstacleNamesItsOptionAndWhatToDo(error: SystemError, expected: String) throws {
        let report = KnockReport(obstacle: error, origin: KnockOrigin(interface: "eth7", port: 4000))
        let line = try #require(report.lines.first)
        #expect(line.hasPrefix("knock: nothing was sent: " + expected))
        #expect(report.lines.count == 1)
        #expect(report.status == 3)
    }

    @Test(arguments: [
        (SystemError("connect", code: EADDRINUSE), "choose another"),
        (SystemError("SO_BINDTODEVICE", "eth7", code: ENODEV), "interface is gone"),
    ])
    func whatComesInTheWayLaterHasItsAdvice(error: SystemError, advice: String) {
        let failure = KnockFailure(knock: Knock(port: 1, transport: .tcp), address: v4, error: error)
        #expect(KnockReport(KnockOutcome(failures: [failure])).lines.joined().contains(advice))
    }

    @Test(
        arguments: [
            (.system(SystemError("open", "once", code: ENOENT)), "once: No such file or directory; make it a copy"),
            (.system(SystemError("open", "once", code: EROFS)), "once: Read-only file system; knock marks used lines"),
            (.otherNext(path: "once"), "once: another program has just used its next line; try again"),
            (
                .badLines([Diagnostic(severity: .error, file: "once", line: 2, column: 6, message: "'x' is no port")]),
                "once has bad lines; correct them, here and on the server:\nonce:2:6: 'x' is no port"
            ),
        ] as [(OneTimeFile.Failure, String)])
    func aOneTimeFileThatGivesNoLineSaysWhy(failure: OneTimeFile.Failure, expected: String) throws {
        let report = KnockReport(failure, file: "once")
        let line = try #require(report.lines.first)
        #expect(line.hasPrefix("knock: nothing was sent: " + expected))
        #expect(report.status == 4)
    }

    @Test func aOneTimeFileThatIsUsedUpIsNoSuccess() {
        let report = KnockReport(usedUp: "once")
        #expect(report.lines.count == 1)
        #expect(report.lines.joined().contains("once: every line is used; write new ones"))
        #expect(report.status == 4)
    }

    @Test func aNoteLeavesTheStatusAlone() {
        let report = KnockReport(KnockOutcome(complete: [v4])).adding("the note")
        #expect(report.lines == ["the note"])
        #expect(report.status == 0)
    }

    @Test func aUsageErrorPointsToTheHelp() {
        let report = KnockReport(UsageError.badPort(word: "0"))
        #expect(report.lines.joined().contains("knock -h"))
        #expect(report.status == 1)
    }

    @Test(arguments: [UsageError.nothingToDo, .unknownOption(meant: nil)])
    func withoutAMessageTheUsageIsShown(error: UsageError) {
        #expect(KnockReport(error).lines == [KnockText.usage])
        #expect(KnockReport(error).status == 1)
    }

    @Test(arguments: [
        (NameLookup.Family.any, false, "check the name"), (.ipv4, false, "-4"), (.ipv6, false, "-6"),
        (.any, true, "later"), (.ipv4, true, "later"),
    ])
    func aHostNotFoundIsNamed(family: NameLookup.Family, isTemporary: Bool, advice: String) throws {
        let error = NameLookupError(name: "h.example", reason: "words of the library", isTemporary: isTemporary)
        let report = KnockReport(error, family: family)
        let line = try #require(report.lines.first)
        #expect(line.hasPrefix("knock: cannot find host 'h.example': words of the library; "))
        #expect(line.contains(advice))
        #expect(report.status == 2)
    }
}
