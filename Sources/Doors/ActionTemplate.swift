import Keys
import Packets

/// A command line of knockd.conf, with `%IP%` where the address comes, and `%KEY%`, `%DOOR%`, `%SECONDS%` likewise.
package struct ActionTemplate: Equatable, Sendable {
    /// What is replaced in a command line.
    private enum Token: String, CaseIterable {
        case address = "%IP%"
        case key = "%KEY%"
        case door = "%DOOR%"
        case seconds = "%SECONDS%"

        /// Nothing in an address's canonical text, in a key's name or in a number can mean anything to a shell, and a door
        /// whose name could is not configured with this token (`canName`).
        func text(_ values: CommandValues) -> String {
            switch self {
            case .address: values.address.description
            case .key: values.key?.description ?? ""
            case .door: ActionTemplate.canName(values.door) ? values.door : ""
            case .seconds: String(values.seconds)
            }
        }
    }

    /// The text as configured; never empty.
    package let text: String

    /// A template; nil for an empty text, which means that nothing is run.
    package init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    /// Whether a door's name can be put into a command: others could mean something to a shell, or be an option.
    package static func canName(_ door: String) -> Bool { KeyName.isName(door.utf8) }

    /// Whether the door's name is put into the command.
    package var namesDoor: Bool { names(.door) }

    /// Whether the command is another one for another key: its name is put into it, or the command reads KNOCK_KEY.
    package var namesKey: Bool { names(.key) || text.contains("KNOCK_KEY") }

    /// Whether the command is for one address: it is put into it, or the command reads KNOCK_ADDRESS. One that does neither
    /// does the same whoever knocks.
    package var namesAddress: Bool { names(.address) || text.contains("KNOCK_ADDRESS") }

    private func names(_ token: Token) -> Bool {
        var found = false
        forEachPiece { piece in if piece == .token(token) { found = true } }
        return found
    }

    /// The command for one knock: every token replaced, from left to right. Nil if it becomes too long to be run.
    package func command(for values: CommandValues) -> String? {
        var command: [UInt8] = []
        forEachPiece { piece in
            switch piece {
            case .bytes(let bytes): command += bytes
            case .token(let token): command += token.text(values).utf8
            }
        }
        return command.count <= DoorsLimits.commandBytes ? String(decoding: command, as: UTF8.self) : nil
    }

    private enum Piece: Equatable {
        case bytes(ArraySlice<UInt8>)
        case token(Token)
    }

    /// Goes through the text, from left to right. Bytes, not characters: a combining mark behind a token would hide it.
    private func forEachPiece(_ body: (Piece) -> Void) {
        var rest = Array(text.utf8)[...]
        while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
            body(.bytes(rest[..<percent]))
            rest = rest[percent...]
            if let token = Token.allCases.first(where: { rest.starts(with: $0.rawValue.utf8) }) {
                body(.token(token))
                rest = rest.dropFirst(token.rawValue.utf8.count)
            } else {
                body(.bytes(rest.prefix(1)))
                rest = rest.dropFirst()
            }
        }
        body(.bytes(rest))
    }
}
