/// Bounds-checked reads: a read past the end throws `truncated` and never traps.
extension RawSpan {
    package func uint8(at offset: Int) throws(DecodeError) -> UInt8 {
        guard offset >= 0, offset < byteCount else { throw .truncated }
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Two bytes, the more significant first.
    func uint16(at offset: Int) throws(DecodeError) -> UInt16 {
        guard offset >= 0, offset <= byteCount - 2 else { throw .truncated }
        return UInt16(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// Four bytes, the most significant first.
    func uint32(at offset: Int) throws(DecodeError) -> UInt32 {
        guard offset >= 0, offset <= byteCount - 4 else { throw .truncated }
        return UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// Eight bytes, the most significant first.
    package func uint64(at offset: Int) throws(DecodeError) -> UInt64 {
        guard offset >= 0, offset <= byteCount - 8 else { throw .truncated }
        return UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
}
