/// What reads bytes of strangers, or of people who err: each is given any bytes, and must neither trap, nor hang, nor say
/// something that cannot be true. A violation traps, so that a fuzzer sees it.
enum FuzzTarget: String, CaseIterable {
    /// The first byte is the link type, the rest a captured frame.
    case packet
    /// A datagram, or what a key's holder may have sealed.
    case signedKnock = "signed-knock"
    case configuration
    case keyFile = "key-file"
    case oneTimeFile = "one-time-file"
    /// The first byte says who speaks to whom, the rest is a message between roles.
    case message
    /// A file for `knockd --read`.
    case capture

    /// Gives it these bytes.
    func take(_ bytes: [UInt8]) {
        switch self {
        case .packet: Self.takePacket(bytes)
        case .signedKnock: Self.takeSignedKnock(bytes)
        case .configuration: Self.takeConfiguration(bytes)
        case .keyFile: Self.takeKeyFile(bytes)
        case .oneTimeFile: Self.takeOneTimeFile(bytes)
        case .message: Self.takeMessage(bytes)
        case .capture: Self.takeCapture(bytes)
        }
    }
}
