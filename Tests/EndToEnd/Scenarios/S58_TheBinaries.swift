// Shows how the programs are linked: nothing in them has a fixed place, nothing that the linker filled in can be overwritten,
// no data is code, the C in them guards its stack, and the client needs few libraries.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S58TheBinaries {
        @Test(arguments: [Host.knockd, Host.knock, Host.knockctl])
        func aProgramIsHardened(path: String) throws {
            let program = try #require(try ELFFile(path), "\(path) is no ELF file of 64 bits")
            #expect(program.isPositionIndependent)
            #expect(program.segments.contains { $0.kind == ELFFile.relro })
            let stack = try #require(program.segments.first { $0.kind == ELFFile.stack })
            #expect(stack.flags & ELFFile.executable == 0)
            for segment in program.segments where segment.kind == ELFFile.load {
                #expect(
                    segment.flags & (ELFFile.writable | ELFFile.executable) != ELFFile.writable | ELFFile.executable)
            }
            #expect(program.dynamic[ELFFile.flags1].map { $0 & 1 } == 1, "all symbols are bound at start")
            #expect(program.dynamic[ELFFile.runpath] == nil)
            #expect(program.dynamic[ELFFile.rpath] == nil)
            #expect(program.contains("__stack_chk_fail"))
        }

        @Test func theClientLinksLibcryptoAndTheRuntimesAlone() throws {
            let names = try Command.require(["ldd", Host.knock]).split(separator: "\n").compactMap { line in
                line.split(whereSeparator: \.isWhitespace).first?.split(separator: "/").last?.prefix { $0 != "." }
            }.map(String.init)
            let allowed: Set = ["linux-vdso", "libcrypto", "libc", "libm", "libstdc++", "libgcc_s"]
            #expect(names.contains("libcrypto"), "\(names)")
            #expect(names.filter { !allowed.contains($0) && !$0.hasPrefix("ld-linux") } == [])
        }
    }
}

/// What an ELF file of 64 bits, least significant byte first, says of itself (elf(5)).
private struct ELFFile {
    struct Segment {
        let kind: UInt64
        let flags: UInt64
        let place: Int
        let size: Int
    }

    static let load: UInt64 = 1
    static let stack: UInt64 = 0x6474_E551
    static let relro: UInt64 = 0x6474_E552
    static let executable: UInt64 = 1
    static let writable: UInt64 = 2
    static let rpath: UInt64 = 15
    static let runpath: UInt64 = 29
    static let flags1: UInt64 = 0x6FFF_FFFB
    private static let dynamicSegment: UInt64 = 2

    private let bytes: [UInt8]
    private(set) var segments: [Segment] = []
    /// The dynamic section, by its tags.
    private(set) var dynamic: [UInt64: UInt64] = [:]

    init?(_ path: String) throws {
        bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
        let (table, size, count) = (Int(number(32, 8)), Int(number(54, 2)), Int(number(56, 2)))
        segments = (0..<count).map { index in
            let place = table + index * size
            return Segment(
                kind: number(place, 4), flags: number(place + 4, 4), place: Int(number(place + 8, 8)),
                size: Int(number(place + 32, 8)))
        }
        guard let section = segments.first(where: { $0.kind == Self.dynamicSegment }) else { return nil }
        for place in stride(from: section.place, to: section.place + section.size, by: 16) {
            dynamic[number(place, 8)] = number(place + 8, 8)
        }
    }

    /// Of type DYN, as a library that can lie anywhere.
    var isPositionIndependent: Bool { number(16, 2) == 3 }

    func contains(_ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }

    private func number(_ place: Int, _ size: Int) -> UInt64 {
        bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
