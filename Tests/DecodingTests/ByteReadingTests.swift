import Testing

@testable import Decoding

struct ByteReadingTests {
    /// One read of some width.
    enum Width: Int, CaseIterable {
        case one = 1
        case two = 2
        case four = 4
        case eight = 8

        func read(_ bytes: [UInt8], at offset: Int) throws(DecodeError) -> UInt64 {
            let span = unsafe bytes.span.bytes
            return switch self {
            case .one: UInt64(try span.uint8(at: offset))
            case .two: UInt64(try span.uint16(at: offset))
            case .four: UInt64(try span.uint32(at: offset))
            case .eight: try span.uint64(at: offset)
            }
        }
    }

    private let bytes: [UInt8] = [0xF0, 0xE1, 0xD2, 0xC3, 0xB4, 0xA5, 0x96, 0x87, 0x78]

    @Test(
        arguments: [
            (Width.one, 0xF0, 0xE1), (.two, 0xF0E1, 0xE1D2), (.four, 0xF0E1_D2C3, 0xE1D2_C3B4),
            (.eight, 0xF0E1_D2C3_B4A5_9687, 0xE1D2_C3B4_A596_8778),
        ] as [(Width, UInt64, UInt64)])
    func theMostSignificantByteComesFirstAlsoAtOddOffsets(width: Width, first: UInt64, second: UInt64) throws {
        #expect(try width.read(bytes, at: 0) == first)
        #expect(try width.read(bytes, at: 1) == second)
    }

    @Test(arguments: Width.allCases)
    func theLastReadEndsWhereTheBytesEnd(width: Width) throws {
        let last = bytes.count - width.rawValue
        #expect(try width.read(bytes, at: last) & 0xFF == 0x78)
        #expect(throws: DecodeError.truncated) { try width.read(bytes, at: last + 1) }
    }

    @Test(arguments: Width.allCases, [-1, -8, 9, 10, 1000, Int.min, Int.max, Int.max - 1, Int.max - 7])
    func readsOutsideTheBytesThrow(width: Width, offset: Int) {
        #expect(throws: DecodeError.truncated) { try width.read(bytes, at: offset) }
    }

    @Test(arguments: Width.allCases)
    func nothingCanBeReadFromNothing(width: Width) {
        #expect(throws: DecodeError.truncated) { try width.read([], at: 0) }
    }

    @Test(arguments: Width.allCases)
    func aByteTooFewIsTooFew(width: Width) {
        let short = Array(bytes.prefix(width.rawValue - 1))
        #expect(throws: DecodeError.truncated) { try width.read(short, at: 0) }
    }
}
