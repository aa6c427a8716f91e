package import Keys
package import Packets

/// The values of a knock that are passed to a door's commands.
package struct CommandValues: Equatable, Sendable {
    package let address: IPAddress
    /// The key of a signed knock; nil for a sequence.
    package let key: KeyName?
    package let door: String
    /// Time of the opening as granted to the knock.
    package let seconds: Int

    package init(address: IPAddress, key: KeyName?, door: String, seconds: Int) {
        self.address = address
        self.key = key
        self.door = door
        self.seconds = seconds
    }

    /// Returns a command with the variables that it names: two commands with equal results do the same.
    func identity(of command: String) -> String {
        guard command.contains("KNOCK_") else { return command }
        return environment.reduce(command) { identity, variable in
            command.contains(variable.prefix { $0 != "=" }) ? identity + "\n" + variable : identity
        }
    }

    /// The commands' environment, as `NAME=VALUE`. All variables are always set; KNOCK_KEY is empty for a sequence.
    package var environment: [String] {
        [
            "KNOCK_ADDRESS=\(address)", "KNOCK_KEY=\(key?.description ?? "")", "KNOCK_DOOR=\(door)",
            "KNOCK_SECONDS=\(seconds)",
        ]
    }
}
