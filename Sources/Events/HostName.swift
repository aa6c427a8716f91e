import Packets

/// A host's name that is fit for a log line. Whoever owns an address decides what name a look-up of it finds, so that
/// nothing of it is believed.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// ASCII letters and digits, `-`, `_`, `.`; each other character became a `?`.
    package let description: String

    /// Nil for no name, for a longer one than DNS has, and for one that reads as an address: filters would take it for
    /// the knocker's.
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
