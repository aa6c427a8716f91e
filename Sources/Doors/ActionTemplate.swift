import Keys
import Packets

/// A command line of knockd.conf, with the tokens `%IP%`, `%KEY%`, `%DOOR%` and `%SECONDS%`.
package struct ActionTemplate: Equatable, Sendable {
    /// A token that is replaced in a command line.
    private enum Token: String, CaseIterable {
        case address = "%IP%"
        case key = "%KEY%"
        case door = "%DOOR%"
        case seconds = "%SECONDS%"

        /// The token's replacement, which a shell takes literally. Canonical addresses, key names and numbers contain
        /// no shell syntax. The configuration refuses `%DOOR%` at a door whose name might (`canName`).
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

    /// Nil for an empty text, which means that nothing is run.
    package init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    /// Whether a door's name may replace `%DOOR%`. Other names could contain shell syntax or be read as an option.
    package static func canName(_ door: String) -> Bool { KeyName.isName(door.utf8) }

    /// Whether the command contains `%DOOR%`.
    package var namesDoor: Bool { names(.door) }

    /// Whether the command depends on the key: it contains `%KEY%`, or reads KNOCK_KEY.
    package var namesKey: Bool { names(.key) || text.contains("KNOCK_KEY") }

    /// Whether the command depends on the address: it contains `%IP%`, or reads KNOCK_ADDRESS. If not, it does the same
    /// for every knock.
    package var namesAddress: Bool { names(.address) || text.contains("KNOCK_ADDRESS") }

    private func names(_ token: Token) -> Bool {
        var found = false
        forEachPiece { piece in if piece == .token(token) { found = true } }
        return found
    }

    /// Returns the command for one knock, with every token replaced from left to right; nil if it is too long to be
    /// run.
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

    /// Passes the pieces of the text, from left to right. It reads bytes, since a combining character after a token
    /// would hide the token.
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
