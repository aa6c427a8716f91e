/// The Internet checksum (RFC 1071): the sum is kept unfolded, so that a flood can add a source to it.
struct Checksum {
    var sum: Int

    init(_ bytes: [UInt8]) {
        sum = 0
        for (index, byte) in bytes.enumerated() { sum += index.isMultiple(of: 2) ? Int(byte) << 8 : Int(byte) }
    }

    init(sum: Int) { self.sum = sum }

    var value: Int {
        var folded = sum
        while folded >> 16 != 0 { folded = (folded & 0xffff) + folded >> 16 }
        return ~folded & 0xffff
    }
}
