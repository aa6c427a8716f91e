/// Where a client's keys lie: `knock` reads them there, and `knockctl keys import` puts them there.
package enum ClientKeyDirectories {
    /// The whole machine's.
    package static let common = "/etc/knock/keys"

    /// A user's own; nil where the environment names no place for it.
    ///
    /// - Parameter variable: the value of an environment variable.
    package static func own(variable: (String) -> String?) -> String? {
        if let base = variable("XDG_CONFIG_HOME"), base.hasPrefix("/") { return "\(base)/knock/keys" }
        if let home = variable("HOME"), home.hasPrefix("/") { return "\(home)/.config/knock/keys" }
        return nil
    }
}
