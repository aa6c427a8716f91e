import TestSupport
import Testing

@testable import Keys

struct KeyFileTests {
    /// A good file with one generation.
    private static let good = """
        [key]
        name = laptop
        server = gw.example.org
        versions = 1

        [generation 1]
        id = ID1
        secret = AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=
        created = 2026-11-22T10:00:00Z
        state = active

        """

    /// The same with another one behind it.
    private static let two =
        good + """

            [generation 2]
            id = ID2
            secret = AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=
            created = 2026-11-22T10:00:00Z
            state = active

            """

    private func read(_ text: String) throws -> KeyFile.Reading {
        var text = text
        for number in 1...2 {
            text.replace("ID\(number)", with: try Sample.generation(number).id.description)
        }
        return KeyFile.read(Array(text.utf8), file: "laptop.key")
    }

    private func faults(_ text: String) throws -> [String] {
        guard case .faults(let faults) = try read(text) else { return [] }
        return faults.map(\.description)
    }

    // MARK: Good files

    @Test func aFileIsAKey() throws {
        #expect(try read(Self.good) == .key(Sample.key(.active)))
        #expect(try read(Self.two) == .key(Sample.key(.active, .active)))
    }

    @Test(
        arguments: [
            [.active], [.revoked], [.retiring(.at(Sample.now)), .active], [.retiring(.afterUse), .active],
            [.revoked, .retiring(.at(0)), .retiring(.at(253_402_300_799)), .active],
        ] as [[KeyGeneration.State]])
    func whatIsWrittenIsReadAgain(states: [KeyGeneration.State]) throws {
        let key = Key(
            name: Sample.name("laptop"), server: Sample.name("gw.example.org"),
            generations: try states.enumerated().map { try Sample.generation($0 + 1, $1) })
        #expect(KeyFile.read(KeyFile.text(of: key), file: "f") == .key(key))
    }

    @Test func theLargestTextFitsWhatIsReservedForIt() throws {
        let long = String(repeating: "n", count: KeysLimits.nameBytes)
        let greatest = KeysLimits.greatestNumber
        let key = Key(
            name: Sample.name(long), server: Sample.name(long),
            generations: try (0..<200).map { try Sample.generation(greatest - $0, .retiring(.at(0)), server: long) })
        #expect(KeyFile.text(of: key).count < 512 + 320 * 200)
        #expect(KeyFile.text(of: key).count < KeysLimits.fileBytes)
    }

    @Test func moreGenerationsThanKnockctlWritesAreRefused() throws {
        var key = try Sample.key(.active)
        key.generations = try (1...201).map { number in
            var bytes = [UInt8](repeating: UInt8(number), count: 32)
            return try KeyGeneration(
                number: number, secret: SecretBytes(taking: &bytes), server: key.server, created: 0)
        }
        #expect(
            KeyFile.read(KeyFile.text(of: key), file: "f")
                == .faults([
                    KeyFileFault(
                        file: "f", line: 0, column: 0,
                        message: "there are 201 generations; keep the newest, at most 200")
                ]))
        key.generations.removeFirst()
        #expect(KeyFile.read(KeyFile.text(of: key), file: "f") == .key(key))
    }

    @Test func generationsMayStandInAnyOrderAndHaveGaps() throws {
        let key = Key(
            name: Sample.name("laptop"), server: Sample.name("gw.example.org"),
            generations: try [7, 2, 9].map { try Sample.generation($0) })
        guard case .key(let read) = KeyFile.read(KeyFile.text(of: key), file: "f") else {
            Issue.record("it was refused")
            return
        }
        #expect(read.generations.map(\.number) == [2, 7, 9])
    }

    @Test func blanksCommentsAndCaseDoNotMatter() throws {
        let text = Self.good.split(separator: "\n").map { " \t\($0) \r" }.joined(separator: "\n# é \u{0}\n\n")
            .replacing("server =", with: "SERVER=").replacing("state = ", with: "State\t=")
        #expect(try read(text) == .key(Sample.key(.active)))
    }

    @Test(arguments: ["after-use", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    func retirementsMayLieInThePastAndTheFarFuture(word: String) throws {
        let text = Self.good.replacing("state = active", with: "state = retiring\nretires = \(word)")
        guard case .key(let key) = try read(text), case .retiring(let retirement) = key.generations[0].state else {
            Issue.record("it was refused")
            return
        }
        #expect(retirement.word == word)
    }

    // MARK: Faults

    @Test(arguments: [
        ("versions = 1\n", "", "1:1: 'versions' is missing; write versions = VALUE below this line"),
        ("versions = 1", "versions = 2", "4:12: '2' is not known here; write 1, the only version there is"),
        ("versions = 1", "versions = 1, 2", "4:12: '1, 2' is not known here; write 1, the only version there is"),
        ("name = laptop\n", "", "1:1: 'name' is missing; write name = VALUE below this line"),
        (
            "name = laptop", "name = my laptop",
            "2:8: 'my laptop' is no name; write 1 to 64 letters, digits, dots, underscores or dashes, the first a letter or a digit"
        ),
        (
            "name = laptop", "name =",
            "2:7: '' is no name; write 1 to 64 letters, digits, dots, underscores or dashes, the first a letter or a digit"
        ),
        (
            "name = laptop", "nome = laptop\nname = laptop",
            "2:1: 'nome' is no directive here; write one of name, server, versions, addresses"
        ),
        (
            "name = laptop", "name = laptop\nname = laptop",
            "3:1: 'name' stands twice in this section; leave one of them"
        ),
        (
            "name = laptop", "name laptop\nname = laptop",
            "2:1: this is no directive; write NAME = VALUE, or # before a comment"
        ),
        ("[key]", "x = 1\n[key]", "1:1: this belongs to no section; write [key] or [generation 1] before it"),
        ("[generation 1]", "[key]\n[generation 1]", "6:1: [key] stands here twice; leave one of them"),
        ("[key]", "[keys]\n[key]", "1:1: this is no section of a key file; write [key] or [generation 1]"),
        ("[key]", "[generation]\n[key]", "1:1: this is no section of a key file; write [key] or [generation 1]"),
        (
            "[generation 1]", "[generation 01]",
            "6:13: '01' is no generation; write a number from 1 to 999999999, without zeros before it"
        ),
        (
            "[generation 1]", "[generation  ]",
            "6:12: '' is no generation; write a number from 1 to 999999999, without zeros before it"
        ),
        ("state = active", "state = good", "10:9: 'good' is no state; write active, retiring or revoked"),
        ("state = active\n", "", "6:1: 'state' is missing; write state = VALUE below this line"),
        ("state = active", "state = retiring", "6:1: 'retires' is missing; write retires = VALUE below this line"),
        (
            "state = active", "state = active\nretires = after-use",
            "11:11: only a retiring generation has this; write state = retiring, or take it out"
        ),
        (
            "state = active", "state = retiring\nretires = 2026-13-01T00:00:00Z",
            "11:11: '2026-13-01T00:00:00Z' is no time; write one in UTC, such as 2026-11-22T10:00:00Z"
        ),
        (
            "state = active", "state = retiring\nretires = soon",
            "11:11: 'soon' is no time; write one in UTC, such as 2026-11-22T10:00:00Z"
        ),
        (
            "created = 2026-11-22T10:00:00Z", "created = 10000-01-01T00:00:00Z",
            "9:11: '10000-01-01T00:00:00Z' is no time; write one in UTC, such as 2026-11-22T10:00:00Z"
        ),
        ("id = ID1", "id = 12", "7:6: this is no id; it has 32 hexadecimal digits in lower case: copy the file anew"),
        (
            "id = ID1", "id = ID2",
            "7:6: edited: this id does not fit the secret and the server's name; take the file from knockctl keys export anew"
        ),
        (
            "server = gw.example.org", "server = gw.example.com",
            "7:6: edited: this id does not fit the secret and the server's name; take the file from knockctl keys export anew"
        ),
        ("AQE=", "AQE", "8:10: this is no secret; it has 44 characters of base64: copy the file anew"),
        ("AQE=", "AQF=", "8:10: this is no secret; it has 44 characters of base64: copy the file anew"),
        (
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "8:10: the secret is all zero, which anybody can guess; make a key with knockctl keys add"
        ),
        (
            "versions = 1", "versions = 1\n\u{e9}",
            "5:1: the line holds bytes that no key file has; write plain ASCII text"
        ),
        (
            "versions = 1", "x = \u{0}1\nversions = 1",
            "4:1: the line holds bytes that no key file has; write plain ASCII text"
        ),
    ])
    func aFaultIsToldAtItsPlace(good: String, bad: String, fault: String) throws {
        #expect(try faults(Self.good.replacing(good, with: bad)) == ["laptop.key:" + fault])
    }

    @Test(arguments: ["0", "1000000000", "99999999999999999999", "x", "1 2", "-1", "+1", "1.5"])
    func aNumberThatDoesNotFitIsRefused(number: String) throws {
        let told = try faults(Self.good.replacing("[generation 1]", with: "[generation \(number)]"))
        #expect(told.first?.hasPrefix("laptop.key:6:13: '\(number)' is no generation") == true)
    }

    @Test func aDoubledNumberIsRefused() throws {
        let told = try faults(Self.two.replacing("[generation 2]", with: "[generation 1]"))
        #expect(told == ["laptop.key:12:13: there are two generations 1; take one of them out"])
    }

    @Test func aDoubledSecretIsRefused() throws {
        let twin = Self.two.replacing("ID2", with: "ID1").replacing(
            "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=", with: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
        #expect(try faults(twin) == ["laptop.key:13:6: generations 1 and 2 have one id; take one of them out"])
    }

    @Test func allFaultsAreToldFromTheTop() throws {
        let text = Self.two.replacing("laptop", with: "la/ptop").replacing("versions = 1", with: "version = 1")
            .replacing("2026-11-22", with: "2026-11-31")
        let places = try faults(text).map { $0.split(separator: ":").dropFirst().prefix(2).joined(separator: ":") }
        #expect(places == ["1:1", "2:8", "4:1", "9:11", "15:11"])
    }

    @Test(arguments: ["", "\n", "# x\n", "[generation 1]\n", "[key]", "[]", "[", "=", "[key", "\u{FEFF}[key]"])
    func aFileWithoutAKeyIsRefused(text: String) throws {
        #expect(try !faults(text).isEmpty)
    }

    @Test func aFileThatIsTooLargeIsRefused() throws {
        let most = KeysLimits.fileBytes
        let room = most - Self.good.utf8.count - 2 * 29
        #expect(try faults(Self.good + "#" + String(repeating: "x", count: room)).isEmpty)
        #expect(
            KeyFile.read([UInt8](repeating: 0x23, count: most + 1), file: "f")
                == .faults([
                    KeyFileFault(
                        file: "f", line: 0, column: 0, message: "this is too large; a key file has at most 64 KiB")
                ]))
    }

    // MARK: Secrets

    @Test(arguments: [
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n", "name = ", "state = ", "retires = ", "created = ", "id = ",
        "[", "x", "",
    ])
    func aSecretInTheWrongPlaceIsNotQuoted(before: String) throws {
        let secret = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
        for section in ["[key]", "[generation 1]"] {
            let told = try faults(Self.good.replacing(section, with: "\(section)\n\(before)\(secret)="))
            #expect(!told.isEmpty)
            #expect(!told.joined().contains("AQEBAQ"))
        }
    }

    // MARK: Garbage

    @Test func everyBeginningOfAFileIsReadWithoutATrap() throws {
        let text = KeyFile.text(of: try Sample.key(.retiring(.afterUse), .active))
        for length in text.indices {
            if case .key(let key) = KeyFile.read(Array(text[..<length]), file: "f") {
                // The last line may lack its line feed, and the last generation may be missing as a whole.
                #expect(length == text.count - 1 || key.generations.count == 1)
            }
        }
    }

    @Test func changedFilesAreKeysOrFaultsAndNeverATrap() throws {
        var generator = SeededGenerator.announced()
        let text = KeyFile.text(of: try Sample.key(.retiring(.at(Sample.now)), .active))
        for _ in 0..<3_000 {
            guard case .key(let key) = KeyFile.read(generator.mutated(text), file: "f") else { continue }
            for generation in key.generations {
                #expect(try GenerationID(of: generation.secret, server: key.server) == generation.id)
            }
        }
    }

    @Test func noSingleChangedBitOfASecretOrIDIsTakenForAKey() throws {
        let text = KeyFile.text(of: try Sample.key(.active))
        let lines = String(decoding: text, as: UTF8.self)
        for word in ["id = ", "secret = "] {
            let start = try #require(lines.firstRange(of: word)).upperBound
            let place = lines.utf8.distance(from: lines.startIndex, to: start)
            for byte in place..<(place + 32) {
                for bit in 0..<8 {
                    var changed = text
                    changed[byte] ^= 1 << UInt8(bit)
                    if case .key = KeyFile.read(changed, file: "f") { Issue.record("bit \(bit) of byte \(byte)") }
                }
            }
        }
    }
}
