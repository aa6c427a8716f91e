import Knocks
import Testing

@testable import KernelRules

struct OpenedPortTests {
    @Test(arguments: [
        ("22", OpenedPort(.tcp, 22)), ("22/tcp", OpenedPort(.tcp, 22)), ("51820/udp", OpenedPort(.udp, 51820)),
        ("65535/TCP", OpenedPort(.tcp, 65535)),
    ])
    func aPortIsANumberAndAProtocol(text: String, expected: OpenedPort) {
        #expect(OpenedPort(text) == expected)
    }

    @Test(arguments: ["", "0", "65536", "-1", "+22", "22/", "/tcp", "22/sctp", "22/tcp/udp", "ssh", "22 ", "022", "٢٢"])
    func allElseIsNone(text: String) {
        #expect(OpenedPort(text) == nil)
    }

    @Test func itIsWrittenAsItIsRead() {
        #expect(OpenedPort(.udp, 53).description == "53/udp")
    }
}
