import Hints
import Keys
import Packets

@testable import SignedKnocks

/// The cases: each differs from a good knock in one thing.
enum VectorCases {
    static let key = "example"
    static let server = "example.org"
    static let secret = ExampleKey.secret.copy()
    static let now: UInt64 = 1_800_000_015_000
    static let nonce = Nonce(high: 0xA0A1_A2A3_A4A5_A6A7, low: 0xA8A9_AAAB_ACAD_AEAF)
    private static let source4 = IPAddress(ipv4: 0xC612_0102)
    private static let source6 = IPAddress(high: 0x2001_0DB8_0000_0000, low: 0x12)
    private static let other = IPAddress(ipv4: 0xC612_0109)

    /// By the names of their files.
    static func all() throws -> [(name: String, vector: Vector)] {
        try accepted() + lengths() + noise() + tags() + bodies() + addresses() + windows() + orders() + replays()
    }

    // MARK: Parts of a case

    private static func body(
        timestamp: UInt64 = now, address: IPAddress? = nil, seconds: UInt32 = 0,
        operation: SignedKnockBody.Operation = .open, door: String = "ssh"
    ) -> SignedKnockBody {
        SignedKnockBody(timestamp: timestamp, address: address, seconds: seconds, operation: operation, door: door)
    }

    /// A case whose datagram is sealed as a client seals it, whatever its body.
    private static func sealed(
        _ plain: [UInt8], _ about: String, nonce: Nonce = nonce, epoch: UInt64? = nil,
        signing server: String? = nil, change: (inout Vector) -> Void = { _ in }
    ) throws -> Vector {
        var vector = Vector()
        vector.about = about
        vector.plain = plain
        var client = vector
        if let server { client.server = server }
        let keys = try client.keys
        let own = TimeWindow.epoch(of: SignedKnockBody.timestamp(of: plain))
        let hint = try MessageAuthentication(key: keys.hint).hint(ofEpoch: epoch ?? own)
        let front = try hint.bigEndianBytes + nonce.bytes + BodyCipher().apply(keys.encrypt, nonce, to: plain[...])
        vector.datagram = try front + MessageAuthentication(key: keys.tag).code(of: front[...])
        change(&vector)
        return vector
    }

    private static func good(
        _ about: String, _ body: SignedKnockBody = body(), nonce: Nonce = nonce, seconds: UInt64? = nil,
        change: (inout Vector) -> Void = { _ in }
    ) throws -> Vector {
        var vector = try sealed(body.bytes, about, nonce: nonce, change: change)
        let ownTime: UInt64 = body.operation == .close ? 0 : 600
        vector.expectation = .accepted(
            body.operation, door: body.door, address: body.address ?? vector.source, seconds: seconds ?? ownTime)
        return vector
    }

    private static func bad(
        _ step: Int, _ reason: String, _ about: String, _ body: SignedKnockBody = body(),
        change: (inout Vector) -> Void = { _ in }
    ) throws -> Vector {
        var vector = try sealed(body.bytes, about, change: change)
        vector.expectation = .refused(step: step, reason: reason)
        return vector
    }

    /// A good body with some bytes written over.
    private static func spoiled(
        _ reason: String, _ about: String, at offset: Int, _ bytes: [UInt8], body: SignedKnockBody = body()
    ) throws -> Vector {
        var plain = body.bytes
        plain.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        var vector = try sealed(plain, about)
        vector.expectation = .refused(step: 4, reason: reason)
        return vector
    }

    // MARK: Accepted

    private static func accepted() throws -> [(String, Vector)] {
        let longest = String(repeating: "d", count: 32)
        return [
            ("ok-open", try good("It opens for whoever it comes from.")),
            ("ok-open-ipv6", try good("The same by IPv6.") { $0.source = source6 }),
            ("ok-address-named", try good("It names the address that it comes from.", body(address: source4))),
            (
                "ok-address-named-ipv6",
                try good("The same by IPv6.", body(address: source6)) { $0.source = source6 }
            ),
            (
                "ok-bound",
                try good("The door wants the address to be named, and it is.", body(address: source4)) {
                    $0.doors[0].addressRule = "bound"
                }
            ),
            (
                "ok-delegate",
                try good("The door lets this key open for others.", body(address: other)) {
                    $0.doors[0].delegate = key
                }
            ),
            (
                "ok-worked-example",
                try good("The example of docs/PROTOCOL.md.", body(address: source4, seconds: 60), seconds: 60)
            ),
            ("ok-seconds", try good("It asks for a minute.", body(seconds: 60), seconds: 60)),
            ("ok-seconds-cut", try good("It asks for more than there is.", body(seconds: .max), seconds: 600)),
            ("ok-close", try good("It closes.", body(operation: .close))),
            (
                "ok-close-from-elsewhere",
                try good("It closes for another address than it comes from.", body(address: other, operation: .close))
            ),
            (
                "ok-close-from-elsewhere-bound",
                try good("The same by IPv6, at a bound door.", body(address: other, operation: .close)) {
                    $0.source = source6
                    $0.doors[0].addressRule = "bound"
                }
            ),
            (
                "ok-door-32-bytes",
                try good("No zero byte follows a door's name of 32 bytes.", body(door: longest)) {
                    $0.doors[0].name = longest
                }
            ),
            (
                "ok-door-all-signs",
                try good("All kinds of characters that a name may have.", body(door: "A.z_0-9")) {
                    $0.doors[0].name = "A.z_0-9"
                }
            ),
            (
                "ok-nonce-wraps",
                try good("The counter goes on at zero.", nonce: Nonce(high: .max, low: .max - 1))
            ),
            (
                "ok-nonce-carries",
                try good("The counter carries over all but its first byte.", nonce: Nonce(high: 1 << 56 - 1, low: .max))
            ),
            ("ok-nonce-zero", try good("A nonce like others.", nonce: Nonce(high: 0, low: 0))),
            ("ok-oldest", try good("It is as old as the window allows.", body(timestamp: now - 30_000))),
            ("ok-newest", try good("It is as new as the window allows.", body(timestamp: now + 30_000))),
            ("ok-epoch-first", try good("The first millisecond of an epoch.", body(timestamp: now - 15_000))),
            ("ok-epoch-last", try good("The last millisecond of an epoch.", body(timestamp: now - 15_001))),
            ("ok-retiring", try good("A generation in its grace period.") { $0.state = "retiring" }),
            ("ok-above-floor", try good("Its timestamp is the first above the floor.") { $0.floor = now - 1 }),
            (
                "ok-loopback",
                try good("A loopback address on the loopback interface.") {
                    ($0.source, $0.isOnLoopback) = (IPAddress(ipv4: 0x7F00_0001), true)
                }
            ),
            (
                "ok-loopback-ipv6",
                try good("The same by IPv6.") { ($0.source, $0.isOnLoopback) = (IPAddress(high: 0, low: 1), true) }
            ),
            (
                "ok-after-close",
                try good("A close with an older timestamp was there before.") { $0.spent = [closing(at: now - 1)] }
            ),
        ]
    }

    private static func closing(at timestamp: UInt64) -> SpentKnock {
        SpentKnock(
            generation: GenerationID(high: 0, low: 0), nonce: Nonce(high: 1, low: 2), timestamp: timestamp,
            door: "ssh", address: source4, operation: .close)
    }

    // MARK: Steps 1 to 3

    private static func lengths() throws -> [(String, Vector)] {
        try [0, 1, 88, 119, 121, 128, 240].map { length in
            let vector = try bad(1, "length", "\(length) bytes instead of 120.") {
                $0.datagram = Array(($0.datagram + $0.datagram + [0]).prefix(length))
            }
            return ("1-length-\(length)", vector)
        }
    }

    private static func noise() throws -> [(String, Vector)] {
        var otherServer = try sealed(body().bytes, "Signed for another server.", signing: "example.com")
        otherServer.expectation = .refused(step: 2, reason: "unknownHint")
        return [
            ("2-other-server", otherServer),
            ("2-hint-first-bit", try bad(2, "unknownHint", "One bit is flipped.") { $0.datagram[0] ^= 0x80 }),
            ("2-hint-last-bit", try bad(2, "unknownHint", "One bit is flipped.") { $0.datagram[7] ^= 1 }),
            (
                "2-noise",
                try bad(2, "unknownHint", "Any bytes.") {
                    $0.datagram = (0..<120).map { UInt8($0) &* 37 &+ 11 }
                    $0.plain = nil
                }
            ),
            ("2-revoked", try bad(2, "unknownHint", "The generation is revoked.") { $0.state = "revoked" }),
            ("2-retired", try bad(2, "unknownHint", "The generation's grace is over.") { $0.state = "retired" }),
            ("2-hour-old", try bad(2, "unknownHint", "An hour old.", body(timestamp: now - 3_600_000))),
            (
                "2-timestamp-zero",
                try bad(2, "unknownHint", "The first timestamp, and its own hint.", body(timestamp: 0))
            ),
            (
                "2-timestamp-greatest",
                try bad(2, "unknownHint", "The last timestamp, and its own hint.", body(timestamp: .max))
            ),
        ]
    }

    private static func tags() throws -> [(String, Vector)] {
        let places = [
            ("nonce-first-bit", 8, 0x80), ("nonce-last-bit", 23, 1), ("body-first-bit", 24, 0x80),
            ("body-last-bit", 87, 1),
            ("tag-first-bit", 88, 0x80), ("tag-last-bit", 119, 1),
        ]
        return try places.map { name, place, bit in
            ("3-\(name)", try bad(3, "wrongTag", "One bit is flipped.") { $0.datagram[place] ^= UInt8(bit) })
        }
    }

    // MARK: Step 4

    private static func bodies() throws -> [(String, Vector)] {
        let epoch = TimeWindow.epoch(of: now)
        var vectors: [(String, Vector)] = try [
            ("epoch-before", now, epoch - 1), ("epoch-after", now, epoch + 1), ("timestamp-zero", 0, epoch),
            ("timestamp-greatest", .max, epoch),
        ].map { name, timestamp, epoch in
            var vector = try sealed(
                body(timestamp: timestamp).bytes, "The hint is live, and of another epoch than the timestamp's.",
                epoch: epoch)
            vector.expectation = .refused(step: 4, reason: "hintOfAnotherEpoch")
            return ("4-hint-\(name)", vector)
        }
        vectors += try [0, 3, 255].map { operation in
            ("4-operation-\(operation)", try spoiled("unknownOperation", "No such operation.", at: 28, [operation]))
        }
        vectors += [
            (
                "4-seconds-in-close",
                try spoiled("secondsInClose", "A close asks for seconds.", at: 27, [1], body: body(operation: .close))
            )
        ]
        vectors += try (29...31).map {
            ("4-reserved-\($0)", try spoiled("reservedNotZero", "A reserved byte is not zero.", at: $0, [1]))
        }
        let names: [(String, String, [UInt8])] = [
            ("empty", "The door has no name.", [0, 0, 0]),
            ("zero-inside", "A zero byte in the name.", [0x73, 0, 0x73]),
            ("zero-first", "The name begins with a zero byte.", [0, 0x73, 0x73]),
            ("space", "A space.", [0x73, 0x20, 0x73]),
            ("newline", "A line's end.", [0x73, 0x73, 0x0A]), ("slash", "A slash.", [0x2E, 0x2F, 0x73]),
            ("percent", "A percent sign.", [0x25, 0x49, 0x50]),
            ("not-ascii", "A letter of UTF-8.", [0x73, 0xC3, 0xBC]),
            ("not-utf8", "A byte that is no text.", [0x73, 0xFF, 0x73]),
            ("dash-first", "An option of a command.", [0x2D, 0x72, 0x66]),
            ("dot-first", "A folder's name.", [0x2E, 0x2E, 0]),
            ("underscore-first", "The first is neither letter nor digit.", [0x5F, 0x73, 0x73]),
        ]
        vectors += try names.map { ("4-door-\($0)", try spoiled("malformedDoor", $1, at: 32, $2)) }
        vectors.append(
            ("4-door-behind", try spoiled("malformedDoor", "Something stands behind the zeros.", at: 63, [0x73])))
        return vectors
    }

    private static func addresses() throws -> [(String, Vector)] {
        let refused = [
            "0.0.0.0", "0.255.255.255", "127.0.0.0", "127.255.255.255", "169.254.0.0", "169.254.255.255", "224.0.0.0",
            "239.255.255.255", "240.0.0.0", "255.255.255.255", "::1", "::ffff:ffff", "fe80::",
            "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ]
        let allowed = [
            "1.0.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "223.255.255.255", "::1:0:0",
            "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ]
        var vectors: [(String, Vector)] = []
        for text in refused {
            guard let address = IPAddress(text) else { throw VectorError("no address: \(text)") }
            let name = text.replacing(":", with: "_")
            let inBody = try bad(4, "addressNotAllowed", "It names an address that is refused.", body(address: address))
            let asSource = try bad(4, "sourceNotAllowed", "It comes from an address that is refused.") {
                $0.source = address
            }
            vectors += [("4-address-\(name)", inBody), ("4-source-\(name)", asSource)]
        }
        vectors.append(
            (
                "4-source-_",
                try bad(4, "sourceNotAllowed", "It comes from the unspecified address.") {
                    $0.source = IPAddress(high: 0, low: 0)
                }
            ))
        for text in allowed {
            guard let address = IPAddress(text) else { throw VectorError("no address: \(text)") }
            let name = text.replacing(":", with: "_")
            let about = "The last or first address beside a range that is refused."
            vectors.append(("ok-beside-\(name)", try good(about, body(address: address)) { $0.source = address }))
        }
        return vectors
    }

    // MARK: Steps 5 to 8

    private static func windows() throws -> [(String, Vector)] {
        [
            ("5-too-old", try bad(5, "outsideWindow", "A millisecond too old.", body(timestamp: now - 30_001))),
            ("5-too-new", try bad(5, "outsideWindow", "A millisecond too new.", body(timestamp: now + 30_001))),
            (
                "5-narrow-window",
                try bad(5, "outsideWindow", "The window is 5 s.", body(timestamp: now - 5001)) { $0.window = 5000 }
            ),
        ]
    }

    private static func orders() throws -> [(String, Vector)] {
        let close = body(address: other, operation: .close)
        return [
            ("6-unknown-door", try bad(6, "unknownDoor", "There is no such door.", body(door: "web"))),
            ("6-door-by-case", try bad(6, "unknownDoor", "Names are compared byte by byte.", body(door: "SSH"))),
            ("6-key-not-listed", try bad(6, "keyNotListed", "Another key's door.") { $0.doors[0].keys = "laptop" }),
            ("6-address-differs", try bad(6, "addressDiffers", "It names another address.", body(address: other))),
            (
                "6-address-of-other-family",
                try bad(6, "addressDiffers", "It names an IPv6 address, and comes by IPv4.", body(address: source6))
            ),
            (
                "6-bound-differs",
                try bad(6, "addressDiffers", "A copy from another source; the door is bound.", body(address: other)) {
                    $0.doors[0].addressRule = "bound"
                }
            ),
            (
                "6-bound-missing",
                try bad(6, "addressMissing", "The door wants the address to be named.") {
                    $0.doors[0].addressRule = "bound"
                }
            ),
            (
                "6-close-of-another-keys-door",
                try bad(6, "keyNotListed", "A close may come from anywhere, but not from any key.", close) {
                    $0.doors[0].keys = "laptop"
                }
            ),
            (
                "6-not-a-delegate",
                try bad(6, "addressDiffers", "The door lets another key open for others.", body(address: other)) {
                    $0.doors[0].delegate = "laptop"
                }
            ),
            (
                "6-nothing-for-ipv6",
                try bad(6, "impossibleOperation", "The door has no commands for IPv6.") {
                    $0.source = source6
                    $0.doors[0].commands = ["open4", "close4"]
                }
            ),
            (
                "6-nothing-to-close",
                try bad(6, "impossibleOperation", "The door has no stop command.", body(operation: .close)) {
                    $0.doors[0].commands = ["open4", "open6"]
                }
            ),
        ]
    }

    private static func replays() throws -> [(String, Vector)] {
        func spent(_ operation: SignedKnockBody.Operation, nonce: Nonce, at timestamp: UInt64) -> SpentKnock {
            SpentKnock(
                generation: GenerationID(high: 0, low: 0), nonce: nonce, timestamp: timestamp, door: "ssh",
                address: source4, operation: operation)
        }
        let close = body(operation: .close)
        return [
            ("7-at-floor", try bad(7, "belowFloor", "Its timestamp is the floor.") { $0.floor = now }),
            (
                "7-below-floor",
                try bad(7, "belowFloor", "Its timestamp is below the floor.") { $0.floor = now + 20_000 }
            ),
            (
                "8-replayed",
                try bad(8, "replayed", "It was spent.") { $0.spent = [spent(.open, nonce: nonce, at: now)] }
            ),
            (
                "8-nonce-again",
                try bad(8, "replayed", "Another knock with a nonce that was spent.") {
                    $0.spent = [spent(.close, nonce: nonce, at: now - 9)]
                }
            ),
            (
                "8-open-after-close",
                try bad(8, "overtaken", "A close with a newer timestamp was there before.") {
                    $0.spent = [closing(at: now + 1)]
                }
            ),
            (
                "8-close-after-open",
                try bad(8, "overtaken", "An open with a newer timestamp was there before.", close) {
                    $0.spent = [spent(.open, nonce: Nonce(high: 1, low: 2), at: now + 1)]
                }
            ),
        ]
    }
}
