package import Base

/// One client's key for one server, with all its generations.
package struct Key: Equatable, Sendable {
    package let name: KeyName
    package let server: KeyName
    /// Ordered by number, the newest last; at least one.
    package var generations: [KeyGeneration]
    /// The addresses to which its holder's knocks may be sent; if empty, the addresses of the server's host name.
    package var addresses: [HostAddress]

    package init(name: KeyName, server: KeyName, addresses: [HostAddress] = [], generations: [KeyGeneration]) {
        self.name = name
        self.server = server
        self.addresses = addresses
        self.generations = generations
    }
}
