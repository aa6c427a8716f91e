package import Base
import Glibc

/// A process of this user that leads a group but no session, as those that `ChildProcess.runShell` starts do, and its
/// environment.
package struct LeadingProcess: Sendable {
    package let identity: ProcessIdentity
    private let environment: Set<ArraySlice<UInt8>>

    /// All such processes; those that end meanwhile are omitted.
    package static func all() -> [LeadingProcess] {
        let names = (try? FilePattern.matches("/proc/[0-9]*")) ?? []
        return names.compactMap { name in Int32(name.dropFirst("/proc/".count)).flatMap(LeadingProcess.init) }
    }

    private init?(_ id: Int32) {
        // Only this user's processes: others can give their programs any variables.
        guard let identity = ProcessIdentity(of: id), identity.leadsGroup, Self.isOurs(id),
            let bytes = try? Files.read("/proc/\(id)/environ", limit: LinuxLimits.environmentBytes)
        else { return nil }
        self.identity = identity
        environment = Set(bytes.split(separator: 0))
    }

    /// Whether all its user ids are this process's. A set-user-ID program of root's belongs to the user who started it.
    private static func isOurs(_ id: Int32) -> Bool {
        let limit = LinuxLimits.processStatusBytes
        guard let bytes = try? Files.read("/proc/\(id)/status", limit: limit) else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
            line.hasPrefix("Uid:") && line.split(separator: "\t").dropFirst().allSatisfy { $0 == "\(geteuid())" }
        }
    }

    /// Whether its environment contains all of these variables, each `NAME=VALUE`.
    package func has(_ variables: [String]) -> Bool {
        variables.allSatisfy { environment.contains(Array($0.utf8)[...]) }
    }
}
