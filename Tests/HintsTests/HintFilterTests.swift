import Base
import CPcap
import Hints
import TestSupport
import Testing

/// The program of the live hints, run as libpcap runs such programs, behind the filter for signed knocks.
struct HintFilterTests {
    /// Random, as hints are.
    private static func hints(_ count: Int, seed: UInt64 = 1) -> [UInt64] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.next() }
    }

    private static let ethernet = (
        ipv4: [UInt8](repeating: 2, count: 12) + [8, 0], ipv6: [UInt8](repeating: 2, count: 12) + [0x86, 0xDD]
    )

    private func passes(_ packet: [UInt8], _ program: [FilterInstruction]) -> Bool {
        let instructions = program.map { bpf_insn(code: $0.code, jt: $0.ifTrue, jf: $0.ifFalse, k: $0.value) }
        return unsafe bpf_filter(instructions, packet, UInt32(packet.count), UInt32(packet.count)) != 0
    }

    @Test(arguments: [1, 2, 3, 7, 64, 255, 256])
    func eachLiveHintPassesAndNoOtherDoes(count: Int) throws {
        let live = Self.hints(count)
        let program = try #require(HintFilter.program(for: HintRules(only: live), networkHeader: 0))
        for hint in live {
            #expect(passes(SignedPacket.ipv4(SignedPacket.udp(hint: hint)), program))
            #expect(passes(SignedPacket.ipv4(SignedPacket.udp(hint: hint), options: [1, 1, 1, 1]), program))
            #expect(passes(SignedPacket.ipv6(SignedPacket.udp(hint: hint)), program))
            // One half of it right is not enough.
            for other in [hint ^ 1, hint ^ 1 << 63, hint ^ 1 << 32, hint ^ 1 << 31, hint &+ 1, hint &- 1] {
                #expect(!passes(SignedPacket.ipv4(SignedPacket.udp(hint: other)), program) || live.contains(other))
            }
        }
        for hint in Self.hints(200, seed: 2) + [0, .max] {
            #expect(!passes(SignedPacket.ipv4(SignedPacket.udp(hint: hint)), program))
            #expect(!passes(SignedPacket.ipv6(SignedPacket.udp(hint: hint)), program))
        }
    }

    @Test func hintsWithTheSameHalvesAreToldApart() throws {
        let live: [UInt64] = [0x5_0000_0001, 0x5_0000_0003, 0x6_0000_0001, 0x5_0000_0001]
        let program = try #require(HintFilter.program(for: HintRules(only: live), networkHeader: 0))
        for hint: UInt64 in [0x5_0000_0001, 0x5_0000_0002, 0x5_0000_0003, 0x6_0000_0001, 0x6_0000_0003, 0x4_0000_0001] {
            #expect(passes(SignedPacket.ipv4(SignedPacket.udp(hint: hint)), program) == live.contains(hint))
        }
    }

    @Test func theLinkHeaderIsLeftOut() throws {
        let program = try #require(HintFilter.program(for: HintRules(only: [7]), networkHeader: 14))
        #expect(passes(Self.ethernet.ipv4 + SignedPacket.ipv4(), program))
        #expect(passes(Self.ethernet.ipv6 + SignedPacket.ipv6(), program))
        #expect(!passes(Self.ethernet.ipv4 + SignedPacket.ipv4(SignedPacket.udp(hint: 8)), program))
    }

    @Test func withoutHintsNothingPasses() throws {
        let program = try #require(HintFilter.program(for: HintRules(only: []), networkHeader: 0))
        #expect(!passes(SignedPacket.ipv4(), program))
    }

    @Test func aPacketThatEndsBeforeItsHintDoesNotPass() throws {
        let program = try #require(HintFilter.program(for: HintRules(only: [7]), networkHeader: 0))
        for length in 0..<36 { #expect(!passes(Array(SignedPacket.ipv4().prefix(length)), program)) }
        #expect(passes(Array(SignedPacket.ipv4().prefix(36)), program))
    }

    /// A program in which the kernel's next random number is this one.
    private func fixing(_ number: UInt32, in program: [FilterInstruction]) -> [FilterInstruction] {
        // BPF_LD | BPF_IMM
        program.map { $0 == .loadRandom ? FilterInstruction(0x00, number) : $0 }
    }

    @Test(arguments: [false, true]) func ofAThinnedHintOneInSoManyPasses(isGuarding: Bool) throws {
        let live = Self.hints(40)
        let (thinned, other, noHint) = (live[3], live[4], live[5] ^ 1)
        let rules = HintRules(only: isGuarding ? live : nil, thinned: [thinned: 3, live[7]: 16])
        let program = try #require(HintFilter.program(for: rules, networkHeader: 0))
        for number: UInt32 in 0..<64 {
            let program = fixing(number, in: program)
            func passes(_ hint: UInt64) -> Bool {
                self.passes(SignedPacket.ipv4(SignedPacket.udp(hint: hint)), program)
            }
            #expect(passes(thinned) == number.isMultiple(of: 8))
            #expect(passes(live[7]) == (number == 0))
            #expect(passes(other))
            #expect(passes(noHint) == !isGuarding)
        }
    }

    @Test func tooManyHintsHaveNoProgram() {
        #expect(HintFilter.program(for: HintRules(only: Self.hints(257)), networkHeader: 0) == nil)
        // Nobody's hints are like that; a program for them would jump too far.
        #expect(HintFilter.program(for: HintRules(only: (0..<65).map { $0 }), networkHeader: 0) == nil)
        #expect(HintFilter.program(for: HintRules(only: (0..<64).map { $0 }), networkHeader: 0) != nil)
        let thinned = Self.hints(HintsLimits.hintsThinned + 1).map { ($0, 1) }
        #expect(
            HintFilter.program(for: HintRules(thinned: Dictionary(uniqueKeysWithValues: thinned)), networkHeader: 0)
                == nil)
    }

    @Test func theKernelTakesTheLongestProgram() throws {
        let hints = Self.hints(256)
        let thinned = Dictionary(uniqueKeysWithValues: hints.prefix(HintsLimits.hintsThinned).map { ($0, 16) })
        let rules = HintRules(only: hints, thinned: thinned)
        let program = try #require(HintFilter.program(for: rules, networkHeader: 14))
        // The rest of 4,096 is the filter's for the port, which has some forty.
        #expect(program.count < 3_500)
    }
}
