import Base
import Testing

struct ZeroedMemoryTests {
    @Test(arguments: [1, 2, 1000, 100_000])
    func allElementsAreZeroUntilTheyAreWritten(count: Int) {
        let memory = ZeroedMemory<UInt64>(count: count)
        #expect(memory.count == count)
        #expect((0..<count).allSatisfy { memory[$0] == 0 })
        memory[0] = 5
        memory[count - 1] = .max
        #expect(memory[0] == (count == 1 ? .max : 5))
        #expect(memory[count - 1] == .max)
        #expect((1..<max(count - 1, 1)).allSatisfy { memory[$0] == 0 })
    }

    @Test(arguments: [1, 1000, 1_000_000])
    func hugePagesHoldTheSameElements(count: Int) {
        let memory = ZeroedMemory<UInt64>(count: count)
        for index in stride(from: 0, to: count, by: 7) { memory[index] = UInt64(index) + 1 }
        memory.useHugePages()
        #expect((0..<count).allSatisfy { memory[$0] == ($0.isMultiple(of: 7) ? UInt64($0) + 1 : 0) })
    }

    @Test func elementsDoNotOverlap() {
        let memory = ZeroedMemory<(UInt8, UInt32)>(count: 100)
        for index in 0..<100 { memory[index] = (UInt8(index), UInt32(index) << 24) }
        #expect((0..<100).allSatisfy { memory[$0] == (UInt8($0), UInt32($0) << 24) })
    }

    @Test func aTableMayBeLargerThanTheMemory() {
        // A tebibyte of address space, of which two pages are used.
        let memory = ZeroedMemory<UInt64>(count: 1 << 37)
        memory[(1 << 37) - 1] = 1
        #expect(memory[1 << 36] == 0)
        #expect(memory[(1 << 37) - 1] == 1)
    }

    @Test func anEmptyTableIsPossible() {
        #expect(ZeroedMemory<UInt64>(count: 0).count == 0)
    }

    @Test(arguments: [-1, 10, .max])
    func anIndexOutsideTraps(index: Int) async {
        await #expect(processExitsWith: .failure) { [index] in
            let memory = ZeroedMemory<UInt8>(count: 10)
            memory[index] = 1
        }
    }
}
