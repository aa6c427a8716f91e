import Linux
import Base
import Testing

@testable import knock

struct KnockTextTests {
    @Test(arguments: [
        ("198.18.1.1", Knock(port: 7000, transport: .tcp), "hitting tcp 198.18.1.1:7000"),
        ("198.18.1.1", Knock(port: 8000, transport: .udp), "hitting udp 198.18.1.1:8000"),
        ("fd00::1", Knock(port: 1, transport: .tcp), "hitting tcp fd00::1:1"),
    ])
    func aKnockIsPrintedAsKnockdsClientDoes(address: String, knock: Knock, expected: String) throws {
        #expect(KnockText.hitting(knock, try #require(HostAddress(address))) == expected)
    }

    @Test func theUsageNamesEveryOption() {
        for option in KnockRequest.options {
            let words = "-\(option.letter), --\(option.name)"
            #expect(["\(words) ", "\(words)\n"].contains { KnockText.usage.contains($0) }, "\(words)")
        }
    }
}
