import Glibc

/// The way out of this host.
package enum DefaultRoute {
    /// The interface of the default route, IPv4's before IPv6's, or nil where there is none.
    package static func interface() -> String? {
        beginning(of: "/proc/net/route").flatMap(ofIPv4Table)
            ?? beginning(of: "/proc/net/ipv6_route").flatMap(ofIPv6Table)
    }

    /// The kernel lists its routes in the order of their destinations, so that those to everywhere come first; a router's
    /// table can have a million lines.
    private static func beginning(of table: String) -> String? {
        let bytes = try? Descriptor.open(table, O_RDONLY).read(atMost: 1 << 16)
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What /proc/net/route says: a heading, then lines of `interface destination gateway flags refcnt use metric mask …`,
    /// numbers but the metric in hexadecimal. The lowest metric counts.
    static func ofIPv4Table(_ text: String) -> String? {
        var best: (metric: Int, name: String)?
        for line in text.split(separator: "\n").dropFirst() {
            let words = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard words.count >= 8, words[1] == "00000000", words[7] == "00000000", let metric = Int(words[6]),
                isUsable(words[3])
            else { continue }
            if best.map({ metric < $0.metric }) ?? true { best = (metric, String(words[0])) }
        }
        return best?.name
    }

    /// What /proc/net/ipv6_route says: `destination length source length next-hop metric refcnt use flags interface`, all
    /// in hexadecimal. The kernel's own entry for what nobody can reach stands at the loopback interface.
    static func ofIPv6Table(_ text: String) -> String? {
        var best: (metric: Int, name: String)?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 10, words[1] == "00", words[0].allSatisfy({ $0 == "0" }), words[9] != "lo",
                let metric = Int(words[5], radix: 16), isUsable(words[8])
            else { continue }
            if best.map({ metric < $0.metric }) ?? true { best = (metric, String(words[9])) }
        }
        return best?.name
    }

    /// RTF_UP without RTF_REJECT.
    private static func isUsable(_ flags: Substring) -> Bool {
        guard let flags = Int(flags, radix: 16) else { return false }
        return flags & 1 != 0 && flags & 0x0200 == 0
    }
}
