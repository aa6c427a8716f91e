import Linux

/// The daemon's privilege, and the consequences of privilege that is missing. The daemon needs CAP_NET_RAW only; it
/// confines its roles as far as the rest allows.
struct OwnPrivilege {
    let isRoot: Bool
    /// The daemon's own capabilities.
    let own: Set<Capability>
    /// Whether its commands may change the firewall.
    let commandsHaveNetAdmin: Bool
    /// Whether programs that it runs cannot gain privilege (no_new_privs).
    let gainsNothing: Bool

    /// The privilege of this process.
    static var current: OwnPrivilege {
        OwnPrivilege(
            isRoot: ThisProcess.isRoot, own: Set(Capability.allCases.filter(Capabilities.has)),
            commandsHaveNetAdmin: Capabilities.isInherited(.netAdmin), gainsNothing: ThisProcess.gainsNothing)
    }

    /// Why the daemon cannot start; nil if it can.
    var complaint: String? {
        if own.contains(.netRaw) { return nil }
        let what = "capturing packets needs CAP_NET_RAW, which this process does not have"
        if isRoot {
            return "\(what), root or not; add it to CapabilityBoundingSet= of the unit, or run the container with "
                + "--cap-add NET_RAW"
        }
        let file = gainsNothing ? "; no_new_privs is set, so what setcap gave the program has no effect" : ""
        return "\(what)\(file); start it as root, or give it the capability: AmbientCapabilities=CAP_NET_RAW in the "
            + "unit, or setcap cap_net_raw=ep \(ThisProcess.program)\(gainsNothing ? " without no_new_privs" : "")"
    }

    /// Missing capabilities, their consequences, and how to grant them; nil if none is missing.
    var shortfall: String? {
        var parts: [String] = []
        // Report them together: changing to another user and group needs both.
        let ofRoles = [Capability.setUID, .setGID].filter { !own.contains($0) }
        if !ofRoles.isEmpty {
            let what = ofRoles.contains(.setUID) ? "user" : "groups"
            parts.append("\(Self.names(ofRoles)) (the roles keep the daemon's \(what))")
        }
        if !own.contains(.setPCAP) { parts.append("\(Self.names([.setPCAP])) (the roles keep their bounding set)") }
        if !own.contains(.kill) {
            parts.append("\(Self.names([.kill])) (commands that run as another user cannot be ended)")
        }
        if !commandsHaveNetAdmin {
            parts.append("\(Self.names([.netAdmin])) for the commands (they cannot change the firewall by themselves)")
        }
        guard !parts.isEmpty else { return nil }
        let way =
            isRoot
            ? "give them with CapabilityBoundingSet= in the unit, or --cap-add for the container"
            : "start it as root, or give them with AmbientCapabilities= in the unit"
        return "missing: \(parts.joined(separator: ", ")); \(way)"
    }

    private static func names(_ capabilities: [Capability]) -> String {
        capabilities.map(\.name).joined(separator: " and ")
    }
}
