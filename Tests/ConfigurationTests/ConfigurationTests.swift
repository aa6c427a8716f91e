import Testing

@testable import Configuration

struct ConfigurationTests {
    @Test func anEmptyConfigurationHasDefaults() {
        let configuration = Configuration()
        #expect(!configuration.options.useSyslog)
        #expect(configuration.options.logFile == nil)
        #expect(configuration.options.pidFile == nil)
        #expect(configuration.options.interfaces.isEmpty)
        #expect(configuration.options.stateFile == nil)
        #expect(configuration.options.onExit == .close)
        #expect(configuration.doors == [])
    }

    @Test func theOrdinaryFileHasTheOrdinaryLedger() {
        #expect(Configuration.defaultFile == "/etc/knockd.conf")
        #expect(Configuration.defaultStateFile(for: "/etc/knockd.conf") == "/var/lib/knockd/state.db")
    }

    @Test(arguments: [
        // Published vectors of FNV-1a, 64 bits.
        ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"), ("", "cbf29ce484222325"),
        // Small hashes keep their zeros.
        ("!0IC=VloaY", "0000000000000000"), ("/etc/190.conf", "0041e72f5232c83f"),
        ("/etc/other.conf", "8529ed28b223e05f"),
    ])
    func anotherFileHasALedgerOfItsOwn(path: String, digits: String) {
        #expect(Configuration.defaultStateFile(for: path) == "/var/lib/knockd/state-\(digits).db")
    }
}
