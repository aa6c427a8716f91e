/// The first argument with which the binary starts itself in another role than the Doorkeeper.
package enum RoleArgument {
    package static let listener = "--role=listener"
    package static let verifier = "--role=verifier"
    package static let resolver = "--role=resolver"
}

/// What the processes are called in ps: the Doorkeeper as the program, so that pidof, killall and start-stop-daemon, which
/// look for the whole name, find it alone. 15 bytes is the longest that the kernel keeps.
package enum RoleName {
    package static let doorkeeper = "knockd"
    package static let listener = "knockd-listener"
    package static let verifier = "knockd-verifier"
    package static let resolver = "knockd-resolver"
}
