import Testing

@testable import Linux

struct DefaultRouteTests {
    private let heading = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"

    private func line(_ interface: String, _ destination: String, flags: String = "0003", metric: Int = 0, mask: String)
        -> String
    {
        "\(interface)\t\(destination)\t0101A8C0\t\(flags)\t0\t0\t\(metric)\t\(mask)\t0\t0\t0"
    }

    @Test func theRouteToEverywhereNamesTheInterface() {
        let table = [
            heading, line("eth1", "0001A8C0", flags: "0001", mask: "00FFFFFF"),
            line("eth0", "00000000", mask: "00000000"),
        ]
        #expect(DefaultRoute.ofIPv4Table(table.joined(separator: "\n") + "\n") == ["eth0"])
    }

    @Test func ofSeveralTheLowestMetricComesFirst() {
        let table = [
            heading, line("wlan0", "00000000", metric: 600, mask: "00000000"),
            line("eth0", "00000000", metric: 100, mask: "00000000"),
            line("ppp0", "00000000", metric: 300, mask: "00000000"),
            line("eth0", "00000000", metric: 900, mask: "00000000"),
        ]
        #expect(DefaultRoute.ofIPv4Table(table.joined(separator: "\n")) == ["eth0", "ppp0", "wlan0"])
    }

    @Test func whatIsDownOrRejectsIsNoRoute() {
        let table = [
            heading, line("eth0", "00000000", flags: "0002", mask: "00000000"),
            line("*", "00000000", flags: "0201", mask: "00000000"),
        ]
        #expect(DefaultRoute.ofIPv4Table(table.joined(separator: "\n")) == [])
    }

    @Test func halfOfEverywhereIsNotTheDefault() {
        let table = [heading, line("tun0", "00000000", mask: "00000080")]
        #expect(DefaultRoute.ofIPv4Table(table.joined(separator: "\n")) == [])
    }

    @Test func ofIPv6TheKernelsOwnEntryDoesNotCount() {
        let zero = String(repeating: "0", count: 32)
        let gateway = "fe800000000000000000000000000001"
        let own = "\(zero) 00 \(zero) 00 \(zero) ffffffff 00000001 00000000 00200200       lo"
        let real = "\(zero) 00 \(zero) 00 \(gateway) 00000400 00000001 00000000 00000003     eth0"
        let prefix = "20010db8000000000000000000000000 40 \(zero) 00 \(zero) 00000100 00000001 00000000 00000001 eth1"
        #expect(DefaultRoute.ofIPv6Table([prefix, own, real].joined(separator: "\n")) == ["eth0"])
        #expect(DefaultRoute.ofIPv6Table([prefix, own].joined(separator: "\n")) == [])
    }

    @Test(arguments: ["", "\n", "x", "Iface\nx y z\n", "Iface\n\t\t\t\t\t\t\t\t\n"])
    func garbageIsNoRoute(text: String) {
        #expect(DefaultRoute.ofIPv4Table(text) == [])
        #expect(DefaultRoute.ofIPv6Table(text) == [])
    }
}
