import Packets

/// The fields that the decoder needs from both versions of IP.
protocol IPHeader {
    var source: IPAddress { get }
    var destination: IPAddress { get }
    /// The number of the transport protocol.
    var transport: UInt8 { get }
    /// From the transport header to the end of the packet, limited by its own length field and by the captured bytes.
    var payload: Range<Int> { get }
    /// Whether more fragments follow. Later fragments are rejected, since they carry no transport header.
    var isFirstFragment: Bool { get }
}
