import Glibc

/// The default routes of this host.
package enum DefaultRoute {
    /// The interfaces that have a default route, the best first: those of IPv4 by metric, then those of IPv6. Empty if
    /// there is none.
    package static func interfaces() -> [String] {
        let ofIPv4 = beginning(of: "/proc/net/route").map(ofIPv4Table) ?? []
        let ofIPv6 = beginning(of: "/proc/net/ipv6_route").map(ofIPv6Table) ?? []
        return ofIPv4 + ofIPv6.filter { !ofIPv4.contains($0) }
    }

    /// The interface of the best default route; nil if there is none.
    package static func interface() -> String? { interfaces().first }

    /// The beginning of a routing table. The kernel lists routes in the order of their destinations, so default routes
    /// come first; a router's table can have a million lines.
    private static func beginning(of table: String) -> String? {
        let bytes = try? Descriptor.open(table, O_RDONLY).read(atMost: LinuxLimits.routeTableBytes)
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads /proc/net/route: a heading, then lines of `interface destination gateway flags refcnt use metric mask …`.
    /// All numbers but the metric are hexadecimal.
    static func ofIPv4Table(_ text: String) -> [String] {
        byMetric(
            text.split(separator: "\n").dropFirst().compactMap { line in
                let words = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
                guard words.count >= 8, words[1] == "00000000", words[7] == "00000000", let metric = Int(words[6]),
                    isUsable(words[3])
                else { return nil }
                return (metric, String(words[0]))
            })
    }

    /// Reads /proc/net/ipv6_route: `destination length source length next-hop metric refcnt use flags interface`, all
    /// in hexadecimal. It skips the kernel's own entry for unreachable destinations, at the loopback interface.
    static func ofIPv6Table(_ text: String) -> [String] {
        byMetric(
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.count >= 10, words[1] == "00", words[0].allSatisfy({ $0 == "0" }), words[9] != "lo",
                    let metric = Int(words[5], radix: 16), isUsable(words[8])
                else { return nil }
                return (metric, String(words[9]))
            })
    }

    /// Each name once, ordered by metric; routes of the same metric stay in the kernel's order.
    private static func byMetric(_ routes: [(metric: Int, name: String)]) -> [String] {
        let sorted = routes.enumerated().sorted { ($0.element.metric, $0.offset) < ($1.element.metric, $1.offset) }
        var seen: Set<String> = []
        return sorted.map(\.element.name).filter { seen.insert($0).inserted }
    }

    /// Whether RTF_UP is set and RTF_REJECT is not.
    private static func isUsable(_ flags: Substring) -> Bool {
        guard let flags = Int(flags, radix: 16) else { return false }
        return flags & 1 != 0 && flags & 0x0200 == 0
    }
}
