/// Integers as packets and messages carry them: most significant byte first.
extension FixedWidthInteger {
    package var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }

    /// The number in these bytes; nil unless there are exactly as many as the type has.
    package init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bitWidth / 8 else { return nil }
        self = bytes.reduce(0) { Self(truncatingIfNeeded: UInt64(truncatingIfNeeded: $0) << 8) | Self($1) }
    }
}
