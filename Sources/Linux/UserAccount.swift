import Glibc

/// A user of this system.
package struct UserAccount: Equatable, Sendable {
    package let user: UInt32
    package let group: UInt32

    /// The user of this name; nil if there is none. If users come from a server, it waits for the server.
    package static func named(_ name: String) -> UserAccount? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var texts = [CChar](repeating: 0, count: 65_536)
        guard unsafe getpwnam_r(name, &entry, &texts, texts.count, &found) == 0, unsafe found != nil else { return nil }
        return unsafe UserAccount(user: entry.pw_uid, group: entry.pw_gid)
    }

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}
