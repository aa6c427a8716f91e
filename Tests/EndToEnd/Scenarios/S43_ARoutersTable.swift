// Shows that the interface of the default route is found among more routes than anybody wants to read.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S43_ARoutersTable {
        @Test func theDefaultRouteIsFoundAmongManyOthers() async throws {
            let site = try Site()
            defer { site.close() }
            // 128 bytes a line in /proc/net/route: more than a mebibyte.
            let routes = (0..<10_000).map { "route add 10.\($0 / 250).\($0 % 250).0/24 via \(Site.clientAddress)" }
            try site.write(
                "routes", (routes + ["route add default via \(Site.clientAddress)"]).joined(separator: "\n"))
            try site.server.require("ip", "-batch", "\(site.scratch)/routes")
            let daemon = try await site.start(DoorText.withoutStop("door", "7000"), interface: [])
            #expect(daemon.output.contains("listening on ks0"))
        }
    }
}
