import Linux
import Testing

@testable import Configuration

struct HostReviewTests {
    private static func interface(_ name: String) -> NetworkInterface {
        NetworkInterface(name: name, index: 1, isUp: true, isLoopback: false, addresses: [])
    }

    private func warnings(_ lines: String, there names: [String] = ["lo", "eth0", "eth0:1", "any"]) -> [String] {
        let host = HostReview(interfaces: names.map(Self.interface))
        let outcome = read("[options]\n\(lines)\n[d]\nsequence = 8,7\n")
        return ConfigurationReview.diagnostics(of: outcome, searchPath: "", host: host).map(\.description).filter {
            $0.contains("interface ")
        }
    }

    @Test(arguments: [
        ("interface = eth9", "2:13", "eth9"), ("interface = eth0, wlan0", "2:19", "wlan0"),
        ("interface = eth0\ninterface = \"wlan0\"", "3:14", "wlan0"), ("interface = eth00 # x", "2:13", "eth00"),
    ])
    func anInterfaceThatIsNotThereIsWarnedOf(lines: String, place: String, name: String) {
        #expect(
            warnings(lines) == [
                "a.conf:\(place): warning: there is no interface \(name) at the moment, and the daemon waits for it; there "
                    + "are eth0, lo"
            ])
    }

    @Test(arguments: ["interface = eth0", "interface = eth0:1,lo", "interface = any", "interface =", "usesyslog"])
    func oneThatIsThereIsFine(lines: String) {
        #expect(warnings(lines) == [])
    }

    @Test func nothingIsSaidWhereNobodyKnows() {
        #expect(warnings("interface = eth9", there: []) == [])
    }
}
