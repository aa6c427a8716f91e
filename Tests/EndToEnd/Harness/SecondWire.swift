import Testing

/// A second wire between the two hosts: ks1 198.18.2.1 and kc1 198.18.2.2.
extension Site {
    func addSecondWire() throws {
        try Command.require(
            ["ip", "-n", server.name, "link", "add", "ks1", "address", "02:00:00:00:01:01", "type", "veth"]
                + ["peer", "name", "kc1", "netns", client.name])
        try server.configure("ks1", addresses: ["198.18.2.1/24"])
        try client.configure("kc1", addresses: ["198.18.2.2/24"])
    }

    /// Sends frames over the second wire: lines for `inject`, each without its number, its source and its destination.
    func injectOverSecondWire(_ frames: [String]) throws {
        let lines = frames.enumerated().map { "\($0.offset) 198.18.2.2 198.18.2.1 \($0.element)\n" }
        let words = [Host.inject, "kc1", "02:00:00:00:01:01", "frames"]
        let result = try client.run(words, input: lines.joined())
        try #require(result.succeeded, "\(result.everything)")
    }
}
