import Testing

@testable import Configuration

struct DiagnosticTests {
    private func diagnostic(_ severity: Diagnostic.Severity, line: Int) -> Diagnostic {
        Diagnostic(severity: severity, file: "/etc/knockd.conf", line: line, column: 9, message: "no; write yes")
    }

    @Test func anErrorIsWrittenBehindItsPlace() {
        #expect(diagnostic(.error, line: 3).description == "/etc/knockd.conf:3:9: no; write yes")
    }

    @Test func aWarningSaysThatItIsOne() {
        #expect(diagnostic(.warning, line: 3).description == "/etc/knockd.conf:3:9: warning: no; write yes")
    }

    @Test func whatConcernsTheWholeFileHasNoLine() {
        #expect(diagnostic(.error, line: 0).description == "/etc/knockd.conf: no; write yes")
    }
}
