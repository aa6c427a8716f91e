/// A message from the Doorkeeper to a role.
package protocol RoleControl {
    /// The message, of `RoleMessage.size` bytes.
    var message: [UInt8] { get }
    /// Whether it belongs to a configuration, which `apply` completes.
    var isOfConfiguration: Bool { get }
    /// To be answered with `pong`.
    static var ping: Self { get }
}
