import Foundation
import Testing

/// A firewall that matches sequences without a daemon, with the programs that load and print its rules.
enum KernelBackend: String, CaseIterable, CustomTestStringConvertible {
    case iptables = "iptables-nft"
    case legacy = "iptables-legacy"
    case nftables = "nft"

    var testDescription: String { rawValue }

    /// Its name in knockctl's command line.
    var name: String { self == .nftables ? "nftables" : "iptables" }

    /// Whether this machine has its programs, and a kernel that supports them.
    var isPossible: Bool {
        let list = self == .nftables ? ["list", "tables"] : ["-w", "-L"]
        return Host.find(rawValue) != nil
            && (try? Command.run(["unshare", "-n", rawValue] + list))?.succeeded ?? false
    }

    static let possible = allCases.filter(\.isPossible)

    /// Each backend that is possible here, with a client's address of each family.
    static let withEachFamily = possible.flatMap { [($0, Site.clientAddress), ($0, Site.clientAddress6)] }

    /// The program for this address family.
    private func program(for address: String) -> String {
        self != .nftables && address.contains(":") ? rawValue.replacingOccurrences(of: "ip", with: "ip6") : rawValue
    }

    /// The command that loads rules from standard input.
    func loading(for address: String, onTop: Bool = false) -> [String] {
        if self == .nftables { return ["nft", "-f", "-"] }
        return ["\(program(for: address))-restore"] + (onTop ? ["--noflush"] : [])
    }

    /// The command that prints the loaded rules, in the form that `loading` reads.
    func saving(for address: String) -> [String] {
        self == .nftables ? ["nft", "-s", "list", "ruleset"] : ["\(program(for: address))-save"]
    }
}

extension Site {
    /// Writes a configuration, and returns the ruleset for it.
    func kernelRules(
        _ configuration: String, _ backend: KernelBackend, for address: String, _ options: [String] = []
    ) throws -> String {
        try write("knockd.conf", configuration)
        let family = backend != .nftables && address.contains(":") ? ["-6"] : []
        return try Command.require(
            [Host.knockctl, "rules", backend.name, "-c", "\(scratch)/knockd.conf"] + family + options)
    }

    /// Loads rules on the server.
    func load(_ rules: String, _ backend: KernelBackend, for address: String, onTop: Bool = false) throws {
        let result = try server.run(backend.loading(for: address, onTop: onTop), input: rules)
        guard result.succeeded else { throw HarnessError("\(backend): \(result.everything)") }
    }

    /// Makes the kernel serve the doors of a configuration.
    func letTheKernelDo(
        _ configuration: String, _ backend: KernelBackend, for address: String = Site.clientAddress
    ) throws {
        try load(try kernelRules(configuration, backend, for: address), backend, for: address)
    }

    /// A client's address and a port of the server.
    struct Way: Hashable {
        let source: String
        let port: Int

        init(_ source: String, _ port: Int = 22) {
            self.source = source
            self.port = port
        }
    }

    /// The ways on which a client connects within a second. The tries start a tenth of a second apart, since the
    /// service accepts one connection after the other.
    func open(among ways: [Way]) throws -> Set<Way> {
        let tries = ways.enumerated().map { number, way in
            "{ sleep \(Double(number) / 10); nc -z -w1 -s \(way.source) \(Self.server(for: way.source)) \(way.port) && echo \(number); } &"
        }
        let found = try client.run(["sh", "-c", tries.joined(separator: "\n") + "\nwait"]).output
        return Set(found.split(separator: "\n").compactMap { Int($0).map { ways[$0] } })
    }

    /// The server's address of the same family.
    static func server(for client: String) -> String { client.contains(":") ? serverAddress6 : serverAddress }
}
