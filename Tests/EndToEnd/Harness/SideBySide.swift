/// Does the same with each of several things, a few at a time: for what mostly waits, each in a site of its own.
func sideBySide<Item: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, item) in items.enumerated() {
            if number >= 8 { try await group.next() }
            group.addTask { try await body(item) }
        }
        try await group.waitForAll()
    }
}
