/// The first argument with which the binary starts itself in another role than the Doorkeeper.
package enum RoleArgument {
    package static let listener = "--role=listener"
    package static let resolver = "--role=resolver"
}
