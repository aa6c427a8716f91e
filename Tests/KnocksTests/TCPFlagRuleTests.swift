import Knocks
import Packets
import Testing

struct TCPFlagRuleTests {
    private static let every: TCPFlags = [.fin, .syn, .rst, .psh, .ack, .urg]

    @Test(arguments: [[], .syn, .ack, [.syn, .ack], .rst, every] as [TCPFlags])
    func withoutFlagsEverySegmentIsAdmitted(flags: TCPFlags) {
        #expect(TCPFlagRule().admits(flags))
    }

    @Test(
        arguments: [
            (.syn, [], .syn, true), (.syn, [], [.syn, .ack], true), (.syn, [], every, true), (.syn, [], .ack, false),
            (.syn, [], [], false),
            ([.syn, .ack], [], [.syn, .ack], true), ([.syn, .ack], [], .syn, false), ([.syn, .ack], [], .ack, false),
            ([.syn, .ack], [], [.syn, .ack, .urg], true),
            (.syn, .ack, .syn, true), (.syn, .ack, [.syn, .urg], true), (.syn, .ack, [.syn, .ack], false),
            (.syn, .ack, [], false),
            ([], .ack, [], true), ([], .ack, .syn, true), ([], .ack, .ack, false), ([], [.ack, .rst], .rst, false),
            ([], [.ack, .rst], [.ack, .rst], false), ([], [.ack, .rst], .fin, true),
        ] as [(TCPFlags, TCPFlags, TCPFlags, Bool)])
    func requiredFlagsMustBeSetAndForbiddenOnesClear(
        required: TCPFlags, forbidden: TCPFlags, flags: TCPFlags, isAdmitted: Bool
    ) {
        #expect(TCPFlagRule(required: required, forbidden: forbidden).admits(flags) == isAdmitted)
    }

    @Test func congestionBitsDoNotMatter() {
        let rule = TCPFlagRule(required: .syn, forbidden: [.ack, .rst, .fin, .psh, .urg])
        #expect(rule.admits(TCPFlags(rawValue: 0xC2)))
    }

    @Test(arguments: [
        (TCPFlagRule(), true), (TCPFlagRule(required: .syn), true),
        (TCPFlagRule(required: .syn, forbidden: .ack), true), (TCPFlagRule(forbidden: [.ack, .fin]), true),
        (TCPFlagRule(required: [.syn, .ack]), false), (TCPFlagRule(required: .fin), false),
        (TCPFlagRule(forbidden: .syn), false),
    ])
    func ordinaryClientsSendSYNAlone(rule: TCPFlagRule, isOpenToThem: Bool) {
        #expect(rule.admitsConnectionAttempts == isOpenToThem)
    }
}
