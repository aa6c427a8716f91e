/// The directories of a client's keys: `knock` reads them there, and `knockctl keys import` writes them there.
package enum ClientKeyDirectories {
    /// The directory for the whole machine.
    package static let common = "/etc/knock/keys"

    /// A user's own directory; nil if the environment does not say where.
    ///
    /// - Parameter variable: returns the value of an environment variable.
    package static func own(variable: (String) -> String?) -> String? {
        if let base = variable("XDG_CONFIG_HOME"), base.hasPrefix("/") { return "\(base)/knock/keys" }
        if let home = variable("HOME"), home.hasPrefix("/") { return "\(home)/.config/knock/keys" }
        return nil
    }
}
