/// An Ethernet address, written `02:00:00:00:00:01`.
struct HardwareAddress {
    /// Where there is no Ethernet.
    static let none = HardwareAddress()

    let bytes: [UInt8]

    private init() { bytes = [UInt8](repeating: 0, count: 6) }

    init(_ text: String) throws(InjectError) {
        let bytes = text.split(separator: ":").compactMap { UInt8($0, radix: 16) }
        guard bytes.count == 6 else { throw InjectError("\(text) is no hardware address") }
        self.bytes = bytes
    }
}
