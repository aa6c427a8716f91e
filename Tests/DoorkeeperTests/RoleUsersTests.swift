import Linux
import Testing

@testable import Confinement
@testable import Doorkeeper

struct RoleUsersTests {
    private static let accounts = [
        "a": UserAccount(user: 101, group: 201), "b": UserAccount(user: 102, group: 202),
        "twin": UserAccount(user: 101, group: 203), "root": UserAccount(user: 0, group: 0),
        "wheel": UserAccount(user: 103, group: 0),
    ]

    private func users(_ names: String...) throws(RoleUsers.Complaint) -> RoleUsers {
        try RoleUsers(named: names) { Self.accounts[$0] }
    }

    @Test func theConfigurationNamesThem() throws {
        let users = try users("a", "b")
        #expect(users.listener == .init(account: UserAccount(user: 101, group: 201), label: "a"))
        #expect(users.verifier == .init(account: UserAccount(user: 102, group: 202), label: "b"))
    }

    @Test func withoutNamesTheyAreFixedNumbers() throws {
        let users = try users()
        #expect(users.listener.label == "65523")
        #expect(users.listener.account == UserAccount(user: Privileges.listener, group: Privileges.listener))
        #expect(users.verifier.account == UserAccount(user: Privileges.verifier, group: Privileges.verifier))
    }

    @Test func usersOfTheSystemThatAreThereForItAreTaken() throws {
        let users = try RoleUsers(named: []) { $0 == "knockd-verifier" ? UserAccount(user: 110, group: 111) : nil }
        #expect(users.listener.label == "65523")
        #expect(users.verifier == .init(account: UserAccount(user: 110, group: 111), label: "knockd-verifier"))
    }

    @Test func whatWouldBeNoJailIsRefused() {
        #expect(throws: RoleUsers.Complaint.unknown("c")) { try users("a", "c") }
        #expect(throws: RoleUsers.Complaint.isRoot("root")) { try users("root", "b") }
        #expect(throws: RoleUsers.Complaint.isRoot("wheel")) { try users("a", "wheel") }
        #expect(throws: RoleUsers.Complaint.same("a", "twin")) { try users("a", "twin") }
    }
}
