import Testing

@testable import Confinement

struct JailTests {
    @Test(arguments: [
        Jail(user: 65_523, group: 65_523, isSandboxed: true), Jail(user: 1, group: 2, isSandboxed: false),
        Jail(user: .max, group: .max, isSandboxed: true),
    ])
    func anArgumentSurvivesARoundTrip(jail: Jail) {
        #expect(Jail(jail.argument) == jail)
    }

    @Test(arguments: [
        "", "--jail=", "--jail=1:2", "--jail=1:2:", "--jail=1:2:on", "--jail=0:2:whole", "--jail=1:0:whole",
        "--jail=-1:2:whole", "--jail=4294967296:2:whole", "--jail=1:2:whole:", "--jail=1:2:WHOLE", "jail=1:2:whole",
    ])
    func whatIsNoneIsRefused(argument: String) {
        #expect(Jail(argument) == nil)
    }
}
