/// Integers as they stand in packets and messages: most significant byte first.
extension FixedWidthInteger {
    package var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }

    /// The number that these bytes say; nil unless they are as many as it has.
    package init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bitWidth / 8 else { return nil }
        self = bytes.reduce(0) { Self(truncatingIfNeeded: UInt64(truncatingIfNeeded: $0) << 8) | Self($1) }
    }
}
