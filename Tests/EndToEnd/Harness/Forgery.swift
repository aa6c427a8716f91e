import Foundation
import Hints
import KeyMessages
import Keys
import Packets
import SignedKnocks
import Testing

/// A daemon one of whose roles is replaced by one that lies, and the lies that it sends.
struct Forgery {
    /// The receiver of the lies.
    enum Ear: String {
        case doorkeeper = "channel"
        case otherRole = "link"
    }

    static let source = IPAddress(ipv4: 0xC612_0102)
    /// The number of the door list that the second Listener gets. That Listener is the first one that can lie.
    static let doorList: UInt32 = 2

    let site: Site
    let daemon: Daemon
    private let liar: String

    /// Starts a daemon with a door of each kind, and waits until it listens.
    /// - Parameter liar: `listener` or `verifier`.
    init(_ liar: String) async throws {
        let site = try Site()
        try site.makeKeys("laptop")
        try site.write(
            "knockd.conf",
            Site.signedOptions()
                + DoorText.signed(
                    "signed", timeout: 60, "max_seconds = 90", "max_openings = 1024", "reknock = extend")
                + DoorText.recording("door", "7000,8000", timeout: 60, "reknock = extend"))
        let daemon = try site.launch(preparing: "export FORGERY='\(site.scratch)/forgery'", program: Host.forger)
        (self.site, self.daemon, self.liar) = (site, daemon, liar)
        try await site.waitForLog("listening on")
    }

    /// The role that lies, or its successor.
    var role: RunningProcess? { daemon.roles.first { $0.commandLine.contains("--role=\(liar)") } }

    /// Whether the liar runs and has read its lies.
    var hasLied: Bool { role != nil && !FileManager.default.fileExists(atPath: "\(site.scratch)/forgery") }

    /// Makes the successor of the running role send these messages.
    func lie(_ messages: [[UInt8]], to ear: Ear = .doorkeeper) throws {
        let lines = messages.map { bytes in
            "\(ear.rawValue) " + bytes.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
        }
        try site.write("forgery", ([liar] + lines).joined(separator: "\n") + "\n")
        try #require(role).signal(9)
    }

    /// Waits until the liar is detected, and expects its successor to work.
    func expectEnd(of culprit: String, for what: String) async throws {
        try await site.waitForLog("the \(culprit) misbehaved (\(what)), restarting it (1st time)")
        try await expectWork()
    }

    /// Expects both doors to open to correct knocks.
    func expectWork() async throws {
        // While a role is being replaced, knocks may be lost. A repeated knock runs nothing.
        try await site.waitFor("a knock to open the door", polling: .milliseconds(200)) {
            if site.openings.contains("door 198.18.1.9") { return true }
            try site.knock(7000, 8000, from: "198.18.1.9")
            return false
        }
        try await site.waitFor("a signed knock to open its door", polling: .milliseconds(200)) {
            if site.openings.contains("signed 198.18.1.9") { return true }
            try site.knockSigned("signed", from: "198.18.1.9")
            return false
        }
        try await site.waitFor("both commands") {
            Set(site.events).isSuperset(of: ["start door 198.18.1.9", "start signed 198.18.1.9"])
        }
        #expect(daemon.isRunning && daemon.roles.count == 2, "\(daemon.log.suffix(2000))")
    }

    var generation: GenerationID {
        get throws {
            let line = site.read("keys/laptop.key").split(separator: "\n").first { $0.hasPrefix("id = ") }
            return try #require(line.flatMap { GenerationID(String($0.dropFirst(5))) })
        }
    }

    /// A plausible claim, apart from the arguments.
    func claim(
        _ number: Int = 0, generation: GenerationID? = nil, door: String = "signed", address: IPAddress = source,
        source: IPAddress = source, openFor: Int64? = nil
    ) throws -> VerifierReport {
        .claim(
            SignedClaim(
                generation: try generation ?? self.generation, nonce: Nonce(high: 1, low: UInt64(number)),
                timestamp: UInt64(Site.timestamp), operation: .open, door: door, address: address, source: source,
                isOnLoopback: false, openFor: openFor, namesAddress: address != source))
    }
}
