import Testing

@testable import Keys

struct KeyContinuityTests {
    private let key: Key

    init() throws {
        key = try Sample.key(.active).rotated(secret: Sample.secret(7), retirement: .afterUse, now: 9, isForced: true)
            .rotated(secret: Sample.secret(8), retirement: .afterUse, now: 9, isForced: true)
    }

    private func exported() throws -> Key { try key.exported(at: 10) }

    @Test func eachOlderGenerationProvesWhatIsExported() throws {
        let exported = try exported()
        let proofs = try KeyContinuity(of: exported, by: key)
        #expect(proofs.lines.count == 2)
        for generation in key.generations.dropLast() { #expect(try proofs.proves(exported, under: generation)) }
        #expect(try !proofs.proves(exported, under: key.generations[2]))
        #expect(try !proofs.proves(key, under: key.generations[0]), "it is of another file")
    }

    @Test func revokedOnesProveNothing() throws {
        let revoked = try key.revoked(1)
        let proofs = try KeyContinuity(of: try exported(), by: revoked)
        #expect(proofs.lines.count == 1)
        #expect(try !proofs.proves(try exported(), under: key.generations[0]))
    }

    @Test func aProofIsReadFromItsFileAgain() throws {
        let text = try KeyFile.text(ofExport: exported(), of: key)
        let proofs = KeyContinuity(reading: text)
        #expect(proofs == (try KeyContinuity(of: exported(), by: key)))
        guard case .key(let read) = KeyFile.read(text, file: "f") else {
            Issue.record("the proofs spoil the file")
            return
        }
        #expect(try proofs.proves(read, under: key.generations[0]))
    }

    @Test(arguments: [
        "", "# continuity", "# continuity 1", "# continuity 1 00", "# continuity x 00", "#continuity 0 11",
        "# continuity 1 " + String(repeating: "g", count: 64), "continuity 1 " + String(repeating: "0", count: 64),
    ])
    func otherCommentsAreNone(line: String) {
        #expect(KeyContinuity(reading: Array(line.utf8)).lines.isEmpty)
    }
}
