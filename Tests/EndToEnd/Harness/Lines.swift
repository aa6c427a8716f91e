extension String {
    /// The lines that contain a text.
    func lines(containing text: String) -> [Substring] {
        split(separator: "\n").filter { $0.contains(text) }
    }
}
