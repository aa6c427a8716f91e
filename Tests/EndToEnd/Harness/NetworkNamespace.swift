import Foundation
import Glibc
import Synchronization

/// A network namespace made for one test.
struct NetworkNamespace {
    let name: String

    /// The lock file for iptables-legacy, which otherwise uses one lock for the whole machine, and fails if another
    /// process holds it.
    private var lock: String { "\(NSTemporaryDirectory())postern-\(name.dropFirst(3)).\(name.prefix(3)).lock" }

    /// The folder that `ip netns exec` mounts over /etc in this namespace.
    private var etc: String { "/etc/netns/\(name)" }

    /// Held while folders below /etc/netns are made and removed, since removing the last one removes /etc/netns too.
    private static let folders = Mutex(())

    /// Names a namespace, which `add()` will create, or which an earlier run has left.
    init(_ name: String) { self.name = name }

    func add() throws {
        try Command.require(["ip", "netns", "add", name])
        // Without a name server nmap does not wait 13 s for each reverse look-up.
        try Self.folders.withLock { _ in
            try FileManager.default.createDirectory(atPath: etc, withIntermediateDirectories: true)
        }
        try write("resolv.conf", "")
    }

    /// Gives the namespace its own version of a file in /etc, such as `hosts`, for programs that are started later.
    func write(_ file: String, _ text: String) throws {
        try text.write(toFile: "\(etc)/\(file)", atomically: false, encoding: .utf8)
    }

    /// Kills all processes in the namespace, then removes it.
    func remove() {
        for process in runningProcesses { process.signal(SIGKILL) }
        _ = try? Command.run(["ip", "netns", "del", name])
        try? FileManager.default.removeItem(atPath: lock)
        Self.folders.withLock { _ in
            try? FileManager.default.removeItem(atPath: etc)
            _ = unsafe rmdir("/etc/netns")  // Goes only when it is empty.
        }
    }

    var runningProcesses: [RunningProcess] {
        let list = (try? Command.run(["ip", "netns", "pids", name]))?.output ?? ""
        return list.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }.map(RunningProcess.init)
    }

    func inside(_ words: [String]) -> [String] {
        ["env", "XTABLES_LOCKFILE=\(lock)", "ip", "netns", "exec", name] + words
    }

    func run(_ words: String...) throws -> CommandResult { try Command.run(inside(words)) }

    func run(_ words: [String], input: String = "") throws -> CommandResult {
        try Command.run(inside(words), input: input)
    }

    /// Runs a program that must succeed.
    @discardableResult
    func require(_ words: String...) throws -> String {
        try Command.require(inside(words))
    }

    /// Brings loopback and the interface up. A connection without a given source uses the first address of its family.
    func configure(_ interface: String, addresses: [String]) throws {
        let settings = ["all.accept_dad", "default.accept_dad", "\(interface).accept_dad", "all.router_solicitations"]
        try Command.require(inside(["sysctl", "-qw"] + settings.map { "net.ipv6.conf.\($0)=0" }))
        var lines = ["link set lo up", "link set \(interface) up"]
        let first6 = addresses.first { $0.contains(":") }
        for address in addresses {
            let isIPv6 = address.contains(":")
            // IPv6 prefers the newest address unless it is deprecated.
            let preference = isIPv6 && address != first6 ? " preferred_lft 0" : ""
            lines.append("addr add \(address) dev \(interface)" + (isIPv6 ? " nodad" : "") + preference)
        }
        try Command.require(["ip", "-n", name, "-batch", "-"], input: lines.joined(separator: "\n") + "\n")
    }
}
