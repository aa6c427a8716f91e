package import Base

/// One client's key for one server, with all its generations.
package struct Key: Equatable, Sendable {
    package let name: KeyName
    package let server: KeyName
    /// By their numbers, the newest last; at least one.
    package var generations: [KeyGeneration]
    /// Where its holder's knocks may go; empty is wherever the server's host name leads.
    package var addresses: [HostAddress]

    package init(name: KeyName, server: KeyName, addresses: [HostAddress] = [], generations: [KeyGeneration]) {
        self.name = name
        self.server = server
        self.addresses = addresses
        self.generations = generations
    }
}
