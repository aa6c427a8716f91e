import DoorControl
import Doors
import Packets
import Testing

/// What a reload says of all doors together. What it does to openings is in `EndingTests`.
struct ReloadTests {
    private static let (source, total) = (RateLimit(burst: 64, perSecond: 16), RateLimit(burst: 1024, perSecond: 256))

    /// A shell at whose door one source has used up its rate.
    private func exhausted() throws -> (shell: Shell, door: Door, rules: DoorController.Rules) {
        let door = try Sample.door()
        let shell = Shell([door])
        for _ in 0..<64 { #expect(try take(shell, door)) }
        #expect(try !take(shell, door))
        return (shell, door, DoorController.Rules(doors: [door], keepsGoneDoors: false))
    }

    private func take(_ shell: Shell, _ door: Door) throws -> Bool {
        let source = try #require(IPAddress("198.18.1.2"))
        return shell.controller.takeAllowance(of: door.identity, from: source, now: shell.moment) == nil
    }

    @Test func aReloadWithEqualRatesIsNoNewAllowance() throws {
        let (shell, door, rules) = try exhausted()
        let effects = shell.controller.apply(
            rules, rates: (Self.source, Self.total), sequenceCount: 1, now: shell.moment)
        #expect(effects.isEmpty)
        #expect(try !take(shell, door))
    }

    @Test func otherRatesCountForEverybodyAnew() throws {
        let (shell, door, rules) = try exhausted()
        for burst in [1, 2] {
            let rate = RateLimit(burst: burst, perSecond: 1)
            _ = shell.controller.apply(rules, rates: (rate, Self.total), sequenceCount: 1, now: shell.moment)
            for _ in 0..<burst { #expect(try take(shell, door)) }
            #expect(try !take(shell, door))
        }
    }

    @Test func aReloadEndsWhatItsDoorsDoNotGrant() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        let rules = DoorController.Rules(doors: [], keepsGoneDoors: false)
        shell.perform(
            shell.controller.apply(rules, rates: (Self.source, Self.total), sequenceCount: 0, now: shell.moment))
        #expect(shell.openings == [.closing])
    }
}
