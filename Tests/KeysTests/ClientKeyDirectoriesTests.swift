import Testing

@testable import Keys

struct ClientKeyDirectoriesTests {
    @Test(
        arguments: [
            (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/knock/keys"),
            (["XDG_CONFIG_HOME": "x", "HOME": "/h"], "/h/.config/knock/keys"),
            (["XDG_CONFIG_HOME": "", "HOME": "/h"], "/h/.config/knock/keys"), (["HOME": "/h"], "/h/.config/knock/keys"),
            (["HOME": "h"], nil), ([:], nil),
        ] as [([String: String], String?)])
    func theUsersOwnFollowsFromTheEnvironment(variables: [String: String], expected: String?) {
        #expect(ClientKeyDirectories.own { variables[$0] } == expected)
    }
}
