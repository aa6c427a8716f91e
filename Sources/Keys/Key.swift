/// One client's key for one server, with all its generations.
package struct Key: Equatable, Sendable {
    package let name: KeyName
    package let server: KeyName
    /// By their numbers, the newest last; at least one.
    package var generations: [KeyGeneration]

    package init(name: KeyName, server: KeyName, generations: [KeyGeneration]) {
        self.name = name
        self.server = server
        self.generations = generations
    }
}
