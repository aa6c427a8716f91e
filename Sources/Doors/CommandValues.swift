package import Keys
package import Packets

/// What a door's commands get to know of the knock that they are run for.
package struct CommandValues: Equatable, Sendable {
    package let address: IPAddress
    /// Whose signed knock it was; nil for a classic one.
    package let key: KeyName?
    package let door: String
    /// How long the door is to be open, as the knock was granted it.
    package let seconds: Int

    package init(address: IPAddress, key: KeyName?, door: String, seconds: Int) {
        self.address = address
        self.key = key
        self.door = door
        self.seconds = seconds
    }

    /// A command with all that decides what it does for this knock: its words, and the variables that they name.
    func identity(of command: String) -> String {
        guard command.contains("KNOCK_") else { return command }
        return environment.reduce(command) { identity, variable in
            command.contains(variable.prefix { $0 != "=" }) ? identity + "\n" + variable : identity
        }
    }

    /// Variables for the commands' environment, each `NAME=VALUE`. All are always there; the key of a classic knock is
    /// empty.
    package var environment: [String] {
        [
            "KNOCK_ADDRESS=\(address)", "KNOCK_KEY=\(key?.description ?? "")", "KNOCK_DOOR=\(door)",
            "KNOCK_SECONDS=\(seconds)",
        ]
    }
}
