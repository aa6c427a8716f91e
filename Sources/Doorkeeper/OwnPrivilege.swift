import Linux

/// What the daemon may do, and what follows from what it may not: it starts with CAP_NET_RAW alone, and splits itself as far
/// as the rest lets it.
struct OwnPrivilege {
    let isRoot: Bool
    /// What the daemon itself has.
    let own: Set<Capability>
    /// Whether the commands that it runs may change the firewall.
    let commandsHaveNetAdmin: Bool
    /// Whether nothing that is run can gain privilege.
    let gainsNothing: Bool

    /// This process's.
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

    /// What is missing, by name, what follows, and how to give it; nil if nothing is.
    var shortfall: String? {
        var parts: [String] = []
        // Both take one's own user and group away.
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
