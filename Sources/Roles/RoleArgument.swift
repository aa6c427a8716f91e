/// The first argument with which the binary starts itself in another role than the Doorkeeper.
package enum RoleArgument {
    package static let listener = "--role=listener"
    package static let verifier = "--role=verifier"
    package static let resolver = "--role=resolver"
}
