import Base
import Hints
import Keys
import Linux
import Packets
import SignedKnocks

/// Makes signed knocks, one for each address of a host, before the first of them leaves.
struct SignedRun {
    /// The facts that a run needs from the system; tests replace them.
    struct World {
        /// The source address of packets to a host; nil if there is no route to it.
        var source: (HostAddress) -> IPAddress?
        /// The prefix length of this machine's network with this address; nil if unknown.
        var prefixLength: (IPAddress) -> Int?
        /// Milliseconds since 1970.
        var now: () -> UInt64
        var nonce: () throws(CryptoError) -> Nonce
    }

    private let request: SignedRequest
    private let signer: KnockSigner
    private let world: World

    init(_ request: SignedRequest, _ keys: WorkingKeys, _ world: World) throws(CryptoError) {
        self.request = request
        signer = try KnockSigner(keys)
        self.world = world
    }

    /// A datagram that names this address; nil means the source address that the server sees.
    func datagram(naming address: IPAddress?) throws(CryptoError) -> [UInt8] {
        let body = SignedKnockBody(
            timestamp: timestamp, address: address, seconds: request.seconds, operation: request.operation,
            door: request.door)
        return try signer.sign(body, nonce: world.nonce())
    }

    /// The address named in a knock to this destination; nil as the destination means a host that was not looked up.
    func named(towards destination: HostAddress?) -> IPAddress? { destination.flatMap(address) ?? givenAddress }

    private var givenAddress: IPAddress? {
        if case .given(let address) = request.address { address } else { nil }
    }

    private func address(towards destination: HostAddress) -> IPAddress? {
        guard request.address == .auto, let source = world.source(destination),
            let destination = IPAddress(bytes: destination.bytes)
        else { return nil }
        return OwnAddress.named(
            source: source, destination: destination, prefixLength: world.prefixLength(source))
    }

    /// The server's time by this machine's clock and the given offset; at least 0.
    private var timestamp: UInt64 {
        let (now, offset) = (world.now(), request.timeOffset)
        let distance = offset.magnitude
        if offset < 0 { return now - min(now, distance) }
        return now > .max - distance ? .max : now + distance
    }
}

extension SignedRun.World {
    /// The real system.
    static func real(_ origin: KnockOrigin) -> Self {
        Self(
            source: { destination in
                (try? origin.source(to: destination, port: 1)).flatMap { IPAddress(bytes: $0.bytes) }
            },
            prefixLength: { NetworkInterface.prefixLength(of: $0.bytes) },
            now: { Clock.wallMilliseconds() },
            nonce: { () throws(CryptoError) in
                guard let nonce = Nonce(bytes: try Crypto.randomBytes(16)) else { throw CryptoError("RAND_bytes") }
                return nonce
            })
    }
}

/// Sends the prepared datagrams.
struct SignedSender: KnockSender {
    let datagrams: [HostAddress: [UInt8]]
    let origin: KnockOrigin
    let isVerbose: Bool

    func rehearse(_ transport: Transport, to address: HostAddress) throws(SystemError) {
        try KnockSocket.rehearse(address, udp: true, from: origin)
    }

    func seekWay(to address: HostAddress) throws(SystemError) {
        try KnockSocket.seekWay(to: address, from: origin)
    }

    func send(_ knock: Knock, to address: HostAddress) throws(SystemError) {
        guard let datagram = datagrams[address] else { return }
        if isVerbose { Output.print(KnockText.hitting(knock, address)) }
        try KnockSocket.sendDatagram(datagram, to: address, port: knock.port, from: origin)
    }

    func pause(_ span: Milliseconds) {
        Clock.pause(span)
    }
}
