/// The directives of a key file. Names are matched without regard to case.
enum KeyFileDirective: String, CaseIterable {
    case name, server, versions, addresses
    case id, secret, created, state, retires

    /// Whether it belongs in [key], and not in the section of a generation.
    var isOfKey: Bool {
        switch self {
        case .name, .server, .versions, .addresses: true
        case .id, .secret, .created, .state, .retires: false
        }
    }

    /// The directive of this name; nil if there is none.
    init?(_ name: KeyFileText) {
        self.init(rawValue: name.text.lowercased())
    }

    /// The names that a section accepts, for a message.
    static func names(ofKey: Bool) -> String {
        allCases.filter { $0.isOfKey == ofKey }.map(\.rawValue).joined(separator: ", ")
    }
}
