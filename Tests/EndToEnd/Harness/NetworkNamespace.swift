import Foundation
import Glibc

/// A network namespace made for one test.
struct NetworkNamespace {
    let name: String

    /// The folder that `ip netns exec` lays over /etc in this namespace.
    private var etc: String { "/etc/netns/\(name)" }

    init(_ name: String) throws {
        self.name = name
        try Command.require(["ip", "netns", "add", name])
        // Without a name server nmap does not wait 13 s for each reverse look-up.
        try FileManager.default.createDirectory(atPath: etc, withIntermediateDirectories: true)
        try write("resolv.conf", "")
    }

    /// Gives the namespace its own version of a file in /etc, such as `hosts`, for programs that are started later.
    func write(_ file: String, _ text: String) throws {
        try text.write(toFile: "\(etc)/\(file)", atomically: false, encoding: .utf8)
    }

    /// One that an earlier run has left behind.
    init(existing name: String) { self.name = name }

    /// Ends whatever still runs in the namespace, then removes it.
    func remove() {
        for process in runningProcesses { process.signal(SIGKILL) }
        _ = try? Command.run(["ip", "netns", "del", name])
        try? FileManager.default.removeItem(atPath: etc)
        _ = unsafe rmdir("/etc/netns")  // Goes only when it is empty.
    }

    var runningProcesses: [RunningProcess] {
        let list = (try? Command.run(["ip", "netns", "pids", name]))?.output ?? ""
        return list.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }.map(RunningProcess.init)
    }

    func inside(_ words: [String]) -> [String] { ["ip", "netns", "exec", name] + words }

    func run(_ words: String..., within seconds: Double = 15) throws -> CommandResult {
        try Command.run(inside(words), within: seconds)
    }

    func run(_ words: [String], within seconds: Double = 15, input: String = "") throws -> CommandResult {
        try Command.run(inside(words), within: seconds, input: input)
    }

    /// Runs a program that must succeed.
    @discardableResult
    func require(_ words: String...) throws -> String {
        try Command.require(inside(words))
    }

    /// Brings loopback and the interface up. What connects without naming a source has the first address of its family.
    func configure(_ interface: String, addresses: [String]) throws {
        for key in ["all.accept_dad", "default.accept_dad", "\(interface).accept_dad", "all.router_solicitations"] {
            try require("sysctl", "-qw", "net.ipv6.conf.\(key)=0")
        }
        try Command.require(["ip", "-n", name, "link", "set", "lo", "up"])
        try Command.require(["ip", "-n", name, "link", "set", interface, "up"])
        let first6 = addresses.first { $0.contains(":") }
        for address in addresses {
            var words = ["ip", "-n", name, "addr", "add", address, "dev", interface]
            if address.contains(":") { words.append("nodad") }
            // IPv6 prefers the newest address unless it is deprecated.
            if address.contains(":"), address != first6 { words += ["preferred_lft", "0"] }
            try Command.require(words)
        }
    }
}
