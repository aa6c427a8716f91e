import CPcap
import Testing

@testable import Base

struct FilterInstructionTests {
    private func taken(of packet: [UInt8], by program: [FilterInstruction]) -> UInt32 {
        let instructions = program.map { bpf_insn(code: $0.code, jt: $0.ifTrue, jf: $0.ifFalse, k: $0.value) }
        return unsafe bpf_filter(instructions, packet, UInt32(packet.count), UInt32(packet.count))
    }

    /// Whether the byte at a place is this one; takes so many bytes.
    private func byte(_ place: UInt32, is value: UInt32, taking bytes: UInt32) -> [FilterInstruction] {
        [.loadByte(at: place), .ifEqual(value, else: 1), FilterInstruction(0x06, bytes), .refuse]
    }

    @Test(
        arguments: [([1, 2], 512), ([1, 3], 0), ([2, 2], 0), ([2, 3], 0), ([1], 0), ([], 0)] as [([UInt8], UInt32)])
    func bothHaveToLetAPacketThrough(packet: [UInt8], taken: UInt32) {
        let first = byte(0, is: 1, taking: 512)
        let second: [FilterInstruction] = [.loadByte(at: 1), .ifEqual(2, else: 1), .accept, .refuse]
        #expect(self.taken(of: packet, by: FilterInstruction.both(first, second)) == taken)
    }

    @Test func everyWayOutOfTheFirstLeadsToTheSecond() {
        // Two of its ways accept.
        let first: [FilterInstruction] = [
            .loadByte(at: 0), .ifEqual(1, else: 1), FilterInstruction(0x06, 96), .ifAtLeast(5, else: 1),
            FilterInstruction(0x06, 96), .refuse,
        ]
        let program = FilterInstruction.both(first, [.accept])
        for value: UInt8 in 0...10 { #expect(taken(of: [value], by: program) == (value == 1 || value >= 5 ? 96 : 0)) }
    }

    @Test func theNamesMeanWhatTheySay() {
        let packet: [UInt8] =
            [0x46, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16) + [0x12, 0x34, 0x56, 0x78]
        // An IPv4 header of 24 bytes, and the word behind it.
        let program: [FilterInstruction] = [
            .indexIPv4Header(at: 0), .loadWord(atIndexAnd: 0), .shiftRight(16), .ifEqual(0x1234, else: 4),
            .index(20), .loadWord(atIndexAnd: 4), .ifAny(0x8, else: 1), .accept, .refuse,
        ]
        #expect(taken(of: packet, by: program) == .max)
        #expect(taken(of: Array(packet.dropLast()), by: program) == 0)
    }
}
