import Packets
import TestSupport
import Testing

@testable import Messages

struct ResolverMessageTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let source6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 0xFFFF_FFFF_FFFF_FFFF)

    static let messages: [ResolverMessage] = [
        .question(source), .question(source6), .question(IPAddress(high: 0, low: 0)),
        .answer(source, name: "client.example"), .answer(source6, name: nil), .answer(source, name: "a\nb\u{FC}"),
        .answer(source6, name: String(repeating: "n", count: MessagesLimits.hostNameBytes)),
    ]

    @Test(arguments: messages)
    func aMessageSurvivesARoundTrip(message: ResolverMessage) {
        #expect(message.message.count == 256)
        #expect(ResolverMessage(message.message) == message)
    }

    @Test func theAnswerHasItsLayout() {
        let bytes: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 18, 1, 2, 3, 0x61, 0x2E, 0x62]
        #expect(ResolverMessage.answer(Self.source, name: "a.b").message == Bytes.message(bytes))
    }

    @Test(arguments: [239, 253, 254, 255, 256, 1024])
    func aNameThatHasNoRoomIsNone(count: Int) {
        let message = ResolverMessage.answer(Self.source, name: String(repeating: "n", count: count)).message
        #expect(ResolverMessage(message) == .answer(Self.source, name: nil))
    }

    @Test(arguments: messages)
    func whatIsCutWithinItsContentIsRefused(message: ResolverMessage) {
        let end =
            switch message {
            case .question: 17
            case .answer(_, let name): 18 + (name?.utf8.count ?? 0)
            }
        for length in 0..<end {
            #expect(ResolverMessage(Array(message.message[..<length])) == nil, "\(length) bytes")
        }
    }

    @Test(arguments: [0, 3, 127, 128, 255] as [UInt8])
    func anUnknownKindIsRefused(kind: UInt8) {
        #expect(ResolverMessage(Bytes.message([kind])) == nil)
    }

    @Test(arguments: messages.dropLast())
    func garbageBehindTheContentIsRefused(message: ResolverMessage) {
        #expect(ResolverMessage(Bytes.replacing(255, in: message.message, by: 1)) == nil)
    }

    @Test func aNameThatIsNoUTF8IsRefused() {
        let start = Array(ResolverMessage.answer(Self.source, name: nil).message[..<17])
        #expect(ResolverMessage(Bytes.message(start + [2, 0x65, 0xFF])) == nil)
    }

    @Test func randomBytesAreReadOrRefusedWithoutATrap() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of ResolverMessageTests.randomBytesAreReadOrRefusedWithoutATrap: \(seed)")
        var random = RandomMessages(kinds: 2, good: Self.messages.map(\.message), seed: seed)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes = random.next()
            guard let message = ResolverMessage(bytes) else { continue }
            accepted += 1
            if ResolverMessage(message.message) != message { Issue.record("\(bytes) does not survive a round trip") }
        }
        #expect((100..<19_900).contains(accepted), "\(accepted) accepted")
    }
}
