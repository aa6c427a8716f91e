import Glibc
import Testing

@testable import Linux

struct OutputTests {
    /// A pipe's two ends.
    private func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
        var numbers: [Int32] = [-1, -1]
        try #require(unsafe Glibc.pipe(&numbers) == 0)
        return (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    }

    @Test func aLineIsWrittenWhole() throws {
        let (reading, writing) = try pipe()
        let line = String(repeating: "x", count: 9000)
        #expect(Output.write(line, to: writing.number))
        var bytes = [UInt8](repeating: 0, count: 20_000)
        #expect(unsafe read(reading.number, &bytes, bytes.count) == 9001)
        #expect(bytes[..<9001].elementsEqual((line + "\n").utf8))
    }

    @Test(.timeLimit(.minutes(1)))
    func aLineThatNobodyTakesIsLeftOut() throws {
        let (reading, writing) = try pipe()
        var written = 0
        while Output.write(String(repeating: "y", count: 999), to: writing.number) { written += 1 }
        #expect(written >= 50, "a pipe holds 64 KiB")
        withExtendedLifetime(reading) {}
    }
}
