import Base
import Packets
import Testing

@testable import knock

struct SignedTargetsTests {
    private static func host(_ text: String) -> HostAddress {
        guard let address = HostAddress(text) else { preconditionFailure("no address") }
        return address
    }

    private let a = host("198.18.0.1")
    private let b = host("198.18.0.2")
    private let six = host("2001:db8::1")
    private let other6 = host("2001:db8::2")

    private func targets(
        _ addresses: [HostAddress], pins: [HostAddress] = [],
        named: @escaping (HostAddress) -> IPAddress? = { _ in nil },
        withoutWay: [HostAddress] = []
    ) throws -> SignedTargets {
        try SignedTargets(addresses, pins: pins, named: named, hasWay: { !withoutWay.contains($0) })
    }

    private func hosts(_ targets: SignedTargets) -> [HostAddress] { targets.targets.map(\.host) }

    @Test func oneAddressOfEachFamilyGetsATicket() throws {
        let found = try targets([a, six, b, other6])
        #expect(hosts(found) == [a, six])
        let note = found.notes(host: "gw", file: "f.key").joined()
        #expect(note.contains("gw has 4 addresses") && note.contains("not to 198.18.0.2 and 2001:db8::2"), "\(note)")
        #expect(note.contains("addresses =") && note.contains("f.key"))
    }

    @Test func aKnockThatNamesItsAddressGoesToAll() throws {
        let own = IPAddress("198.18.0.9")
        let found = try targets([a, six, b], named: { $0.isIPv4 ? own : nil })
        #expect(found.targets == [a, six, b].map { .init(host: $0, named: $0.isIPv4 ? own : nil) })
        #expect(found.notes(host: "gw", file: "f").count == 1)
    }

    @Test func anAddressWithoutAWayTakesNobodysPlace() throws {
        #expect(hosts(try targets([a, b, six], withoutWay: [a])) == [b, six])
        #expect(hosts(try targets([a, b], withoutWay: [a, b])) == [a], "its trouble is told")
    }

    @Test func oneAddressOrOneOfEachFamilyIsOrdinary() throws {
        #expect(try targets([a]).notes(host: "gw", file: "f") == [])
        let mixed = try targets([a, six], named: { $0.isIPv4 ? nil : IPAddress("2001:db8::9") })
        #expect(mixed.notes(host: "gw", file: "f") == [])
        #expect(try targets([a, six]).notes(host: "gw", file: "f").count == 1, "each is a ticket")
    }

    @Test func pinsSayWhereItMayGo() throws {
        let found = try targets([b, a], pins: [a, six])
        #expect(hosts(found) == [a])
        #expect(found.notes(host: "gw", file: "f").joined().contains("gw is also 198.18.0.2, which is not among"))
        #expect(try targets([a, six], pins: [a, six]).notes(host: "gw", file: "f") == [])
        let error = #expect(throws: SignedTargets.PinnedElsewhere.self) { try targets([b], pins: [a]) }
        let report = KnockReport(try #require(error), host: "gw", file: "f.key")
        #expect(report.status == 9)
        #expect(
            report.lines == [
                "knock: nothing was sent: gw is 198.18.0.2, which is not among the addresses in f.key (198.18.0.1); a name "
                    + "server may lie: change the file only if the server has moved"
            ])
    }
}
