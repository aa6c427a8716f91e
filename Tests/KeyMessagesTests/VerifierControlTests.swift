import Hints
import Keys
import Messages
import TestSupport
import Testing

@testable import KeyMessages

struct VerifierControlTests {
    private static func keys(_ byte: UInt8) -> WorkingKeys {
        func secret(_ byte: UInt8) -> SecretBytes {
            var bytes = [UInt8](repeating: byte, count: WorkingKeys.size)
            return SecretBytes(taking: &bytes)
        }
        return WorkingKeys(
            id: GenerationID(high: UInt64(byte), low: 2), hint: secret(byte), encrypt: secret(byte + 1),
            tag: secret(byte + 2))
    }

    private static let name = KeyName("laptop")
    private static let longName = KeyName(String(repeating: "n", count: KeysLimits.nameBytes))

    private static let controls: [VerifierControl] =
        [name, longName].compactMap { $0 }.flatMap { name -> [VerifierControl] in
            [
                .generation(key: name, number: 1, isUsable: true, keys(1)),
                .generation(key: name, number: .max, isUsable: false, keys(200)),
                .doorKey(name, isDelegate: false), .doorKey(name, isDelegate: true),
            ]
        } + [
            .door(.init(name: "ssh", flags: [true, false, true, false, true, false], longest: 1)),
            .door(
                .init(
                    name: String(repeating: "d", count: 32), flags: [Bool](repeating: true, count: 6),
                    longest: .max)),
            .apply(window: 30_000), .apply(window: .max), .listenerStarted,
            .decided(
                generation: GenerationID(high: 1, low: .max), nonce: Nonce(high: .max, low: 3), isSpent: true),
            .ping,
        ]

    @Test func everyKindIsAmongTheSamples() {
        #expect(Set(Self.controls.map { $0.message[0] }) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func aControlSurvivesARoundTrip() throws {
        for control in Self.controls {
            let read = try #require(VerifierControl(control.message))
            #expect(control.message.count == RoleMessage.size)
            #expect(read.message == control.message)
        }
    }

    @Test func theKeysOfAGenerationArriveAsTheyWere() throws {
        let name = try #require(Self.name)
        let message = VerifierControl.generation(key: name, number: 9, isUsable: true, Self.keys(5)).message
        guard case .generation(name, 9, true, let keys) = VerifierControl(message) else {
            Issue.record("another control")
            return
        }
        #expect(keys == Self.keys(5))
    }

    @Test func garbageBehindTheContentIsRefused() {
        for control in Self.controls {
            #expect(VerifierControl(Bytes.replacing(255, in: control.message, by: 1)) == nil)
        }
    }

    @Test(
        arguments: [
            [0], [8], [255],
            // No key's name, no door's name, no window, flags that are neither 0 nor 1.
            [3, 0, 0], [3, 1, 0x2F, 0], [3, 1, 0x61, 2], [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [2, 1, 0x61, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [2, 1, 0x61], [4],
            [4, 0xFF, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func whatCannotBeIsRefused(bytes: [UInt8]) {
        #expect(VerifierControl(Bytes.message(bytes)) == nil)
    }

    @Test func randomBytesAreReadOrRefusedWithoutATrap() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of VerifierControlTests.randomBytesAreReadOrRefusedWithoutATrap: \(seed)")
        var random = RandomMessages(kinds: 7, good: Self.controls.map(\.message), seed: seed)
        for _ in 0..<20_000 {
            let message = random.next()
            guard let control = VerifierControl(message) else { continue }
            if VerifierControl(control.message)?.message != control.message { Issue.record("\(message) changes") }
        }
    }
}
