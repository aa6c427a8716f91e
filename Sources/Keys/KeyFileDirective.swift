/// The directives of a key file. Names are matched without regard to case.
enum KeyFileDirective: String, CaseIterable {
    case name, server, versions, addresses
    case id, secret, created, state, retires

    /// Whether it stands in [key], and not in the section of a generation.
    var isOfKey: Bool {
        switch self {
        case .name, .server, .versions, .addresses: true
        case .id, .secret, .created, .state, .retires: false
        }
    }

    /// The directive that a name means.
    init?(_ name: KeyFileText) {
        self.init(rawValue: name.text.lowercased())
    }

    /// The names that may stand in a section, for a message.
    static func names(ofKey: Bool) -> String {
        allCases.filter { $0.isOfKey == ofKey }.map(\.rawValue).joined(separator: ", ")
    }
}
