import Packets

/// What both versions of IP say of the packet that they carry.
protocol IPHeader {
    var source: IPAddress { get }
    var destination: IPAddress { get }
    /// The number of the protocol above.
    var transport: UInt8 { get }
    /// Where the transport header begins, and where the packet ends by its own word and by what was captured.
    var payload: Range<Int> { get }
    /// Whether this is the first of several fragments: of later ones there is no header.
    var isFirstFragment: Bool { get }
}
