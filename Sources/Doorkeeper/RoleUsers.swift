import Configuration
import Confinement
import Linux

/// As whom the jailed roles run: two users, so that neither can do anything to the other.
struct RoleUsers: Equatable {
    /// One of them, and what it is called: by its name where it has one.
    struct User: Equatable {
        let account: UserAccount
        let label: String
    }

    /// Why they cannot run as the users that the configuration names.
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

    /// Those of this system that are there for it, unless the configuration names others.
    private static let usual = (listener: "knockd-listener", verifier: "knockd-verifier")

    let listener: User
    let verifier: User

    /// - Parameters:
    ///   - names: of the configuration: none, or two.
    ///   - find: looks a user up.
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

    /// A user that this system has, or else one that it has not.
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
