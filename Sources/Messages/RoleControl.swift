/// What the Doorkeeper tells a role.
package protocol RoleControl {
    /// `RoleMessage.size` bytes.
    var message: [UInt8] { get }
    /// Whether it is one of those that `apply` ends.
    var isOfConfiguration: Bool { get }
    /// To be answered, by one that is well.
    static var ping: Self { get }
}
