package import Linux

/// How a role is confined. The role learns it from its command line, since it enters its jail before it reads any
/// message.
package struct Jail: Equatable, Sendable {
    /// Which restrictions are in force. A daemon that lacks capabilities, or whose container forbids some calls,
    /// confines its roles as far as it can and reports the rest.
    package struct Fences: Equatable, Sendable {
        /// The privileges that the role could not give up.
        package var kept: Privileges.Kept = []
        /// Whether a list of system calls is in force. If not, `listFault` is the errno value that explains it, or 0 if
        /// none was wanted.
        package var listsCalls = false
        package var listFault: UInt8 = 0
        /// The Landlock version that denies files; 0 if none does. In that case `landlockFault` is the errno value, or
        /// 0 if the kernel has no Landlock or none was wanted.
        package var landlock: UInt8 = 0
        package var landlockFault: UInt8 = 0
        /// Whether memory stays out of swap space; nil for a role that holds no secrets.
        package var locksMemory: Bool?

        package init(
            kept: Privileges.Kept = [], listsCalls: Bool = false, listFault: UInt8 = 0, landlock: UInt8 = 0,
            landlockFault: UInt8 = 0, locksMemory: Bool? = nil
        ) {
            self.kept = kept
            self.listsCalls = listsCalls
            self.listFault = listFault
            self.landlock = landlock
            self.landlockFault = landlockFault
            self.locksMemory = locksMemory
        }
    }

    package let user: UInt32
    package let group: UInt32
    /// Whether system calls and files are restricted too; `Sandbox = off` in the configuration turns that off.
    package let isSandboxed: Bool

    package init(user: UInt32, group: UInt32, isSandboxed: Bool) {
        self.user = user
        self.group = group
        self.isSandboxed = isSandboxed
    }

    // MARK: On the command line

    private static let prefix = "--jail="

    package var argument: String { "\(Self.prefix)\(user):\(group):\(isSandboxed ? "whole" : "off")" }

    /// Nil if the argument is not a jail's, or would leave the role root.
    package init?(_ argument: String) {
        guard argument.hasPrefix(Self.prefix) else { return nil }
        let parts = argument.dropFirst(Self.prefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let user = UInt32(parts[0]), let group = UInt32(parts[1]), user != 0, group != 0,
            ["whole", "off"].contains(parts[2])
        else { return nil }
        self.init(user: user, group: group, isSandboxed: parts[2] == "whole")
    }

    // MARK: Entering

    /// Confines the Listener, which must already hold all descriptors that it will ever need: at most `descriptors`.
    ///
    /// - Parameter trap: the message that it sends over the first channel when it makes a system call that is not on
    ///   its list.
    package func enterAsListener(
        channels: [Descriptor], descriptors: Int, trap: TrapMessage
    ) throws(SystemError) -> Fences {
        try enter(descriptors: descriptors) { () throws(SystemError) in
            try Sandbox.enterListener(channels: channels, trap: trap)
        }
    }

    /// Confines the Verifier in the same way, and first locks its memory, which holds keys.
    package func enterAsVerifier(
        channels: [Descriptor], clock: ClockWatch, trap: TrapMessage
    ) throws(SystemError) -> Fences {
        let locksMemory = LockedMemory.lock()
        var fences = try enter(descriptors: ConfinementLimits.verifierDescriptors) { () throws(SystemError) in
            try Sandbox.enterVerifier(channels: channels, clock: clock, trap: trap)
        }
        fences.locksMemory = locksMemory
        return fences
    }

    private func enter(
        descriptors: Int, _ listCalls: () throws(SystemError) -> Void
    ) throws(SystemError) -> Fences {
        _ = try Self.fault { () throws(SystemError) in try ResourceLimits.leave(descriptors: descriptors) }
        var fences = Fences(kept: try Privileges.drop(to: user, group: group))
        guard isSandboxed else { return fences }
        fences.landlockFault = try Self.fault { () throws(SystemError) in
            fences.landlock = UInt8(clamping: try Landlock.denyAll())
        }
        fences.listFault = try Self.fault(listCalls)
        fences.listsCalls = fences.listFault == 0
        return fences
    }

    /// Applies one restriction. Returns 0, or the errno value if this process may not apply it.
    private static func fault(_ body: () throws(SystemError) -> Void) throws(SystemError) -> UInt8 {
        do {
            try body()
            return 0
        } catch  where error.isForbidden {
            return UInt8(clamping: error.code)
        }
    }
}
