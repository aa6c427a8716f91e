import Configuration
import Confinement
import Linux

/// The users of the jailed roles: two, so that neither role can affect the other.
struct RoleUsers: Equatable {
    /// A user with its label: its name, or its number if it has no name.
    struct User: Equatable {
        let account: UserAccount
        let label: String
    }

    /// Why the roles cannot run as the users that the configuration names.
    enum Complaint: Error, Equatable {
        case unknown(String)
        case isRoot(String)
        case same(String, String)

        var description: String {
            switch self {
            case .unknown(let name):
                "there is no user \(name); make one (adduser --system --group \(name)), or leave User out"
            case .isRoot(let name): "the user \(name) is root, or in its group; name one without privilege"
            case .same(let one, let other):
                "the users \(one) and \(other) are the same; name two, so that the roles cannot touch each other"
            }
        }
    }

    /// Users of the roles if the system has them, unless the configuration names others.
    private static let usual = (listener: "knockd-listener", verifier: "knockd-verifier")

    let listener: User
    let verifier: User

    /// - Parameters:
    ///   - names: users that the configuration names: none, or two.
    ///   - find: looks up a user.
    init(
        named names: [String], find: (String) -> UserAccount? = UserAccount.named
    ) throws(Complaint) {
        if names.count == 2 {
            listener = try Self.user(named: names[0], find)
            verifier = try Self.user(named: names[1], find)
        } else {
            listener = Self.user(Self.usual.listener, else: Privileges.listener, find)
            verifier = Self.user(Self.usual.verifier, else: Privileges.verifier, find)
        }
        if listener.account.user == verifier.account.user { throw .same(listener.label, verifier.label) }
    }

    private static func user(named name: String, _ find: (String) -> UserAccount?) throws(Complaint) -> User {
        guard let account = find(name) else { throw .unknown(name) }
        if account.user == 0 || account.group == 0 { throw .isRoot(name) }
        return User(account: account, label: name)
    }

    /// A user by its name if the system has it, or else by a number that no user has.
    private static func user(_ name: String, else number: UInt32, _ find: (String) -> UserAccount?) -> User {
        if let user = try? user(named: name, find) { return user }
        return User(account: UserAccount(user: number, group: number), label: "\(number)")
    }
}

extension Jail {
    init(_ user: RoleUsers.User, isSandboxed: Bool) {
        self.init(user: user.account.user, group: user.account.group, isSandboxed: isSandboxed)
    }
}
