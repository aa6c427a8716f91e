import Foundation

/// Makes keys, and knocks signed with them.
///
/// The scratch folder holds the server's keys in `keys` and the clients' in `client`. The real knockctl makes all keys.
/// The second implementation, Tests/Interop/signed_knock.py, signs all knocks.
extension Site {
    static let signedPort = 62201
    private static let interop = "\(Host.root)/Tests/Interop"

    var keyDirectory: String { "\(scratch)/keys" }

    // MARK: Keys

    /// Makes keys for the server `gw`, and gives their first generations to the client.
    func makeKeys(_ names: String...) throws {
        for name in names {
            try knockctl("add", name, "--server", "gw")
            try export(name)
        }
    }

    /// Runs knockctl, which must succeed, with the server's directory of keys.
    @discardableResult
    func knockctl(_ words: String...) throws -> String {
        try Command.require([Host.knockctl, "keys"] + words + ["--directory", keyDirectory])
    }

    /// Runs knockctl as an administrator does beside a daemon, so that it returns after the daemon has applied the
    /// change.
    @discardableResult
    func knockctl(at daemon: Daemon, _ words: String...) throws -> CommandResult {
        try Command.run(
            ["nsenter", "-m", "-t", "\(daemon.this.pid)", Host.knockctl, "keys"] + words
                + ["--config", "\(scratch)/knockd.conf"])
    }

    /// Exports the newest generation of a key to the client, into a file with this name.
    func export(_ name: String, to file: String? = nil) throws {
        let folder = "\(scratch)/client"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("client/\(file ?? name).key", knockctl("export", name))
    }

    /// The [options] that doors with keys need.
    static func signedOptions(_ lines: String...) -> String {
        (["[options]", "KeyDirectory = @DIR@/keys"] + lines).joined(separator: "\n") + "\n\n"
    }

    // MARK: Knocks

    /// Signs datagrams, and returns them in hexadecimal.
    ///
    /// - Parameters:
    ///   - key: the name of the client's file.
    ///   - options: options of signed_knock.py, such as `address=198.18.1.2`, `seconds=5`, `operation=close` and
    ///     `time=…`.
    func sign(_ door: String, key: String = "laptop", count: Int, _ options: String...) throws -> [String] {
        try sign(door, key, count, options)
    }

    /// Signs one datagram in the same way.
    func sign(_ door: String, key: String = "laptop", _ options: String...) throws -> String {
        try sign(door, key, 1, options).joined()
    }

    private func sign(_ door: String, _ key: String, _ count: Int, _ options: [String]) throws -> [String] {
        let program = """
            import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
            import signed_knock as interop
            keys, options = interop.usable(sys.argv[2])[0], dict(o.split("=", 1) for o in sys.argv[5:])
            for _ in range(int(sys.argv[4])): print(interop.sign(keys, sys.argv[3], **options).hex())
            """
        let words = [Self.interop, "\(scratch)/client/\(key).key", door, "\(count)"]
        return try Command.require(["python3", "-c", program] + words + options)
            .split(separator: "\n").map(String.init)
    }

    /// Signs one datagram with each of these keys, with its timestamp in milliseconds since 1970.
    func sign(_ door: String, by signers: [(key: String, timestamp: Int)]) throws -> [String] {
        let program = """
            import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
            import signed_knock as interop
            keys = {}
            for line in sys.stdin:
                path, time = line.rsplit(None, 1)
                if path not in keys: keys[path] = interop.usable(path)[0]
                print(interop.sign(keys[path], sys.argv[2], time=time).hex())
            """
        let lines = signers.map { "\(scratch)/client/\($0.key).key \($0.timestamp)\n" }
        let result = try Command.run(
            ["python3", "-c", program, Self.interop, door], input: lines.joined())
        guard result.succeeded else { throw HarnessError("cannot sign: \(result.everything)") }
        return result.output.split(separator: "\n").map(String.init)
    }

    /// Sends a datagram from any address.
    func send(_ datagram: String, from source: String = Site.clientAddress) throws {
        try inject(["0 " + signedFrame(datagram, from: source)])
    }

    /// A frame line without its time.
    func signedFrame(_ datagram: String, from source: String = Site.clientAddress, _ extras: String = "") -> String {
        frame(Self.signedPort, from: source, "udp -", "data=\(datagram) \(extras)")
    }

    /// Signs a knock, sends it, and returns it.
    @discardableResult
    func knockSigned(
        _ door: String, key: String = "laptop", from source: String = Site.clientAddress, _ options: String...
    ) throws -> String {
        let datagram = try sign(door, key, 1, options).joined()
        try send(datagram, from: source)
        return datagram
    }

    /// Sends knocks until the log shows one more opening, for times when knocks may be lost. It waits for the result of
    /// each before it sends the next, which would open once more.
    func sendUntilOpen(
        _ what: String, within seconds: Double = Site.patience, _ send: () throws -> Void
    ) async throws {
        let before = openings.count
        var next = ContinuousClock.now
        try await waitFor(what, within: seconds) {
            if openings.count > before { return true }
            guard next <= .now else { return false }
            try send()
            next = .now + .milliseconds(600)
            return false
        }
    }

    /// Knocks at the door until it has opened once more.
    func knockSignedUntilOpen(
        _ door: String, key: String = "laptop", from source: String = Site.clientAddress,
        within seconds: Double = Site.patience
    ) async throws {
        try await sendUntilOpen("a signed knock to open \(door)", within: seconds) {
            try knockSigned(door, key: key, from: source)
        }
    }

    /// The number of refusals with this reason.
    func refusals(_ reason: String) -> Int { log.lines(containing: "refused: \(reason)").count }

    /// The current time in milliseconds since 1970, as in the timestamp of a knock.
    static var timestamp: Int { Int(Date().timeIntervalSince1970 * 1000) }
}
