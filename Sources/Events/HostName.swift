import Packets

/// A host's name, made safe for a log line. The owner of an address controls its name, so the name is not trusted.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// ASCII letters and digits, `-`, `_`, `.`; any other character is replaced by `?`.
    package let description: String

    /// Nil for an empty name, one longer than DNS allows, and one that reads as an address: log filters would mistake
    /// it for the source.
    package init?(_ found: String) {
        let text = String(String.UnicodeScalarView(found.unicodeScalars.map(Self.printable)))
        guard !text.isEmpty, text.utf8.count <= EventsLimits.hostNameBytes, IPAddress(text) == nil else { return nil }
        description = text
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": scalar
        default: "?"
        }
    }
}
