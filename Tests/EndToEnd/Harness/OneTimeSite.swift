import Testing

/// Helpers for scenarios of one-time sequences. The door under test is `once`; `other` opens with 6000, 6001.
extension Site {
    /// Knocks at the other door from another address. When it opens, all earlier packets have been judged.
    func passOther() async throws {
        let before = openings.count { $0 == "other 198.18.1.9" }
        try knock(6000, 6001, from: "198.18.1.9")
        try await waitFor("the other door") { openings.count { $0 == "other 198.18.1.9" } > before }
    }

    /// The openings of the door under test.
    var onceOpenings: [String] { openings.filter { $0.hasPrefix("once ") } }
}
