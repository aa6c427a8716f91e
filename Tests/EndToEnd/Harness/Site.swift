import Foundation

/// Two namespaces joined by a wire: a server `ks0` 198.18.1.1 and a client `kc0` 198.18.1.2 to .9, both with IPv6 too.
///
/// `close()` removes all of it, and runs at the latest when the site is released.
final class Site {
    /// The deadline, in seconds, for everything that scenarios wait for. It is long, since all is slower on a busy
    /// machine without being wrong. A test that measures a time gives its own.
    static let patience = 60.0
    /// The greatest delay of an event on a busy machine, in seconds. An event must never be early.
    static let slack = 4.0
    static let serverAddress = "198.18.1.1"
    static let serverAddress6 = "fd00:198:18:1::1"
    static let clientAddress = "198.18.1.2"
    static let clientAddress6 = "fd00:198:18:1::2"
    static let serverHardware = "02:00:00:00:00:01"
    private static let leftovers: Void = Leftovers.remove()

    let server: NetworkNamespace
    let client: NetworkNamespace
    /// The site's own folder, with the configuration, the events, and the daemon's /var/lib, /run and /var/log. It is
    /// in memory, so that no record waits for a disk that is busy with other work.
    let scratch: String
    private(set) var daemons: [Daemon] = []
    private var services: [SpawnedProgram] = []
    /// Folders with a disk of their own.
    private var disks: [String] = []
    private var isClosed = false

    init() throws {
        Self.leftovers
        let tag = Tag.next()
        scratch = "\(NSTemporaryDirectory())postern-\(tag)"
        server = NetworkNamespace("pes\(tag)")
        client = NetworkNamespace("pec\(tag)")
        do {
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
            try mountDisk()
            for folder in ["varlib", "run", "varlog"] {
                try FileManager.default.createDirectory(
                    atPath: "\(scratch)/\(folder)", withIntermediateDirectories: false)
            }
            try server.add()
            try client.add()
            try join()
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        for daemon in daemons { daemon.end() }
        for service in services { service.end() }
        client.remove()
        server.remove()
        for disk in disks.reversed() { _ = try? Command.run(["umount", "-l", disk]) }
        try? FileManager.default.removeItem(atPath: scratch)
    }

    /// Adds the wire, also after it was removed.
    func join() throws {
        try Command.require(
            ["ip", "-n", server.name, "link", "add", "ks0", "address", Self.serverHardware, "type", "veth"]
                + ["peer", "name", "kc0", "address", "02:00:00:00:00:02", "netns", client.name])
        try server.configure("ks0", addresses: ["\(Self.serverAddress)/24", "\(Self.serverAddress6)/64"])
        let clients = (2...9).flatMap { ["198.18.1.\($0)/24", "fd00:198:18:1::\($0)/64"] }
        try client.configure("kc0", addresses: clients)
    }

    // MARK: The daemon

    /// Starts a daemon with this configuration (`@DIR@` is the scratch folder) and waits until it listens.
    @discardableResult
    func start(
        _ configuration: String, arguments: [String] = [], interface: [String] = ["-i", "ks0"],
        preparing: String = "true"
    ) async throws -> Daemon {
        try write("knockd.conf", configuration)
        let daemon = try launch(arguments: arguments, interface: interface, preparing: preparing)
        try await waitFor("the daemon to listen") {
            if !daemon.isRunning { throw HarnessError("the daemon ended at once\n\(log)") }
            return daemon.output.contains("listening on")
        }
        return daemon
    }

    /// Starts a daemon with the configuration already written, and does not wait for it.
    func launch(
        arguments: [String] = [], interface: [String] = ["-i", "ks0"], preparing: String = "true",
        program: String = Host.knockd
    ) throws -> Daemon {
        let daemon = try Daemon(
            in: server, scratch: scratch, number: daemons.count + 1,
            arguments: interface + ["-c", "\(scratch)/knockd.conf", "-v"] + arguments, preparing: preparing,
            program: program)
        daemons.append(daemon)
        return daemon
    }

    /// Makes a daemon read this configuration.
    func reload(_ daemon: Daemon, _ configuration: String) async throws {
        let count = daemon.output.lines(containing: "re-reading config file").count
        try replace("knockd.conf", configuration)
        daemon.signal(SIGHUP)
        try await waitFor("the reload") {
            daemon.output.lines(containing: "re-reading config file").count > count
        }
    }

    /// Runs `knockd -d` with the configuration already written, and waits until the started process ends.
    func detach(_ arguments: [String]) throws -> CommandResult {
        let words = ["-d", "-i", "ks0", "-c", "knockd.conf"] + arguments
        return try Command.run(
            ["env"] + Daemon.words(in: server, scratch: scratch, arguments: words, preparing: "true"))
    }

    /// The log of all daemons of this site so far.
    var log: String { daemons.map(\.log).joined(separator: "\n") }

    /// Polls until the condition is true. After the deadline it throws an error with this description and the daemon's
    /// log.
    ///
    /// The condition is evaluated many times, so repeating it must do no harm.
    ///
    /// - Parameter seconds: the deadline. Give it only if the test measures this time.
    func waitFor(
        _ what: String, within seconds: Double = Site.patience, polling pause: Duration = .milliseconds(40),
        until condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < deadline else {
                throw HarnessError("waited \(seconds) s in vain for \(what)\n\(log)\nevents:\n\(eventText)")
            }
            try await Task.sleep(for: pause)
        }
    }

    func waitForLog(_ line: String, within seconds: Double = Site.patience) async throws {
        try await waitFor("the log to say “\(line)”", within: seconds) { log.contains(line) }
    }

    // MARK: Files

    /// Mounts a small disk on one of the daemon's folders, such as `varlib`. Call it before the daemon starts.
    func mountDisk(_ folder: String) throws { try mountDisk("/\(folder)", mebibytes: 8) }

    private func mountDisk(_ folder: String = "", mebibytes: Int = 512) throws {
        let disk = scratch + folder
        try Command.require(["mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=755", "tmpfs", disk])
        disks.append(disk)
    }

    /// Fills the disk of such a folder to the last byte.
    func fillDisk(_ folder: String) throws {
        let filler = try Command.run(["dd", "if=/dev/zero", "of=\(scratch)/\(folder)/filler", "bs=4k", "status=none"])
        guard filler.everything.contains("No space left") else { throw HarnessError(filler.everything) }
    }

    /// Frees the space that `fillDisk` took.
    func freeDisk(_ folder: String) throws {
        try FileManager.default.removeItem(atPath: "\(scratch)/\(folder)/filler")
    }

    func write(_ file: String, _ text: String) throws {
        try text.replacingOccurrences(of: "@DIR@", with: scratch)
            .write(toFile: "\(scratch)/\(file)", atomically: false, encoding: .utf8)
    }

    /// Replaces a file atomically, so that no reader sees half of it.
    func replace(_ file: String, _ text: String) throws {
        try text.replacingOccurrences(of: "@DIR@", with: scratch)
            .write(toFile: "\(scratch)/\(file)", atomically: true, encoding: .utf8)
    }

    func read(_ file: String) -> String { Command.text(at: "\(scratch)/\(file)") }

    private var eventText: String { read("events") }

    /// The lines of recording doors in order, without the times: `start door 198.18.1.2`.
    var events: [String] { timedEvents.map(\.what) }

    var timedEvents: [TimedEvent] { eventText.split(separator: "\n").compactMap { TimedEvent(String($0)) } }

    /// The openings in order, as the daemons log them before they run a command: `door 198.18.1.2`.
    var openings: [String] {
        log.matches(of: #/(?:^|\n)(\S+): (\S+): OPEN SESAME/#).map { "\($0.2) \($0.1)" }
    }

    // MARK: The network

    /// Drops all packets to the server except loopback and IPv6 neighbour discovery.
    func dropIncoming() throws {
        for tool in ["iptables", "ip6tables"] {
            try server.require(tool, "-A", "INPUT", "-i", "lo", "-j", "ACCEPT")
            try server.require(tool, "-P", "INPUT", "DROP")
        }
        try server.require("ip6tables", "-A", "INPUT", "-p", "icmpv6", "-j", "ACCEPT")
    }

    /// Starts a TCP service on the server's port, for both families, and waits until it answers.
    func serve(port: Int = 22) async throws {
        for family in ["-4", "-6"] {
            services.append(try SpawnedProgram(server.inside(["nc", family, "-lk", "\(port)"])))
        }
        for address in ["127.0.0.1", "::1"] {
            try await waitFor("the service to listen at \(address)") {
                try server.run("nc", "-z", "-w1", address, "\(port)").succeeded
            }
        }
    }

    /// Whether a client can connect to the server's port within a second.
    func canConnect(from source: String = Site.clientAddress, port: Int = 22) throws -> Bool {
        let target = source.contains(":") ? Self.serverAddress6 : Self.serverAddress
        return try client.run("nc", "-z", "-w1", "-s", source, target, "\(port)").succeeded
    }

    /// The server's rules that accept one address, as `iptables -S` prints them.
    func rules(for source: String, chain: String = "INPUT") throws -> [String] {
        let tool = source.contains(":") ? "ip6tables" : "iptables"
        return try server.require(tool, "-S", chain).split(separator: "\n").map(String.init)
            .filter { $0.contains("-s \(source)/") }
    }

    // MARK: Raw frames

    /// Knocks with bare SYN segments, a millisecond apart, from any address.
    func knock(_ ports: Int..., from source: String = Site.clientAddress) throws {
        try inject(ports.enumerated().map { "\($0.offset) \(frame($0.element, from: source))" })
    }

    /// A frame line without its time, to the server; a TCP SYN by default.
    func frame(
        _ port: Int, from source: String = Site.clientAddress, _ kind: String = "tcp syn", _ extras: String = ""
    ) -> String {
        let target = source.contains(":") ? Self.serverAddress6 : Self.serverAddress
        return "\(source) \(target) \(port) \(kind) \(extras)"
    }

    /// Sends frames given as lines `MILLISECONDS SOURCE DESTINATION PORT PROTOCOL FLAGS [KEY=VALUE …]`.
    func inject(_ lines: [String]) throws {
        let words = [Host.inject, "kc0", Self.serverHardware, "frames"]
        let result = try client.run(words, input: lines.joined(separator: "\n") + "\n")
        guard result.succeeded else { throw HarnessError(result.everything) }
    }

    /// Starts to send frames, in the form for `inject`, and does not wait.
    func startInject(_ lines: [String]) throws -> SpawnedProgram {
        let input = "\(scratch)/frames.\(services.count)"
        try (lines.joined(separator: "\n") + "\n").write(toFile: input, atomically: false, encoding: .utf8)
        let sender = try SpawnedProgram(
            client.inside([Host.inject, "kc0", Self.serverHardware, "frames"]), input: input)
        services.append(sender)
        return sender
    }

    /// Starts a flood of first knocks from distinct spoofed sources, which ascend from the first.
    func startFlood(
        count: Int, perSecond rate: Int, port: Int, from first: String = "10.0.0.1"
    ) throws -> SpawnedProgram {
        try startInjector("flood", "\(count)", "\(rate)", first, Self.serverAddress, "\(port)")
    }

    /// Starts a flood of datagrams of 120 random bytes to the signed port. All may begin with the same bytes.
    func startJunk(count: Int, perSecond rate: Int, head: String = "") throws -> SpawnedProgram {
        try startInjector(
            "junk", "\(count)", "\(rate)", "198.18.1.66", Self.serverAddress, "\(Self.signedPort)", "120",
            "head=\(head)")
    }

    private func startInjector(_ words: String...) throws -> SpawnedProgram {
        let injector = try SpawnedProgram(client.inside([Host.inject, "kc0", Self.serverHardware] + words))
        services.append(injector)
        return injector
    }

    /// Starts to run `inject` with these words again and again, whether or not the wire exists.
    func startInjectingForGood(_ words: String..., pause seconds: Double) throws {
        let loop = "while :; do \"$@\"; sleep \(seconds); done"
        let words = ["sh", "-c", loop, "sh", Host.inject, "kc0", Self.serverHardware] + words
        services.append(try SpawnedProgram(client.inside(words)))
    }
}
