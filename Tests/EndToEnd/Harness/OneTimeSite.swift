import Testing

/// What scenarios of one-time sequences ask of a site: the door in question is `once`, and `other` opens with 6000, 6001.
extension Site {
    /// Knocks at the other door from an address of its own: what was sent before has been looked at.
    func passOther() async throws {
        let before = openings.count { $0 == "other 198.18.1.9" }
        try knock(6000, 6001, from: "198.18.1.9")
        try await waitFor("the other door") { openings.count { $0 == "other 198.18.1.9" } > before }
    }

    /// The openings of the door in question.
    var onceOpenings: [String] { openings.filter { $0.hasPrefix("once ") } }
}
