package import Linux

/// Warns of interfaces in the configuration that this host does not have.
package struct HostReview {
    /// The interfaces of this host; nil if unknown.
    private let interfaces: [String]?

    /// - Parameter interfaces: those of this host; empty if the kernel does not list them.
    package init(interfaces: [NetworkInterface]) {
        self.interfaces = interfaces.isEmpty ? nil : interfaces.map(\.name)
    }

    /// Warnings, in no order.
    func diagnostics(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        outcome.interfaces.flatMap(absent)
    }

    private func absent(_ value: Field) -> [Diagnostic] {
        let items = value.split(",").map(\.trimmed).map { $0.unquoted ?? $0 }
        return items.filter { !$0.isEmpty }.compactMap { item in
            absence(of: item.text).map { item.diagnostic(.warning, $0) }
        }
    }

    /// A message about an interface that does not exist; nil if it exists, or if the interfaces are unknown.
    package func absence(of name: String) -> String? {
        guard let interfaces, !interfaces.contains(name) else { return nil }
        let present = interfaces.filter { $0 != NetworkInterface.any && !$0.contains(":") }.sorted()
        let some = present.prefix(8).joined(separator: ", ") + (present.count > 8 ? ", ..." : "")
        return "there is no interface \(name) at the moment, and the daemon waits for it; there are \(some)"
    }
}
