/// The first argument with which the binary starts itself in a role other than the Doorkeeper.
package enum RoleArgument {
    package static let listener = "--role=listener"
    package static let verifier = "--role=verifier"
    package static let resolver = "--role=resolver"
}

/// The process names in ps.
///
/// The Doorkeeper has the program's name, so that pidof, killall and start-stop-daemon, which match the whole name,
/// find it alone. The kernel keeps at most 15 bytes.
package enum RoleName {
    package static let doorkeeper = "knockd"
    package static let listener = "knockd-listener"
    package static let verifier = "knockd-verifier"
    package static let resolver = "knockd-resolver"
}
