import Configuration
import Doors
import Knocks
import Testing

struct OptionsSectionTests {
    private func interfaces(_ lines: String) throws -> [String] {
        try configuration("[options]\n\(lines)\n").options.interfaces
    }

    // MARK: Interfaces

    @Test(
        arguments: [
            ("", []), ("interface = eth0", ["eth0"]), ("interface = any", ["any"]),
            ("interface = eth1,eth0", ["eth1", "eth0"]), ("interface = eth0 , eth1\t,lo", ["eth0", "eth1", "lo"]),
            ("interface = eth0\ninterface = eth1", ["eth0", "eth1"]),
            ("interface = eth0,eth1\ninterface = eth1,eth2", ["eth0", "eth1", "eth2"]),
            ("interface = eth0,eth0", ["eth0"]), ("interface = any\ninterface = any", ["any"]),
            ("interface = eth0.5", ["eth0.5"]), ("interface = Any", ["Any"]),
        ] as [(String, [String])])
    func namesAddUpAndCountOnce(lines: String, expected: [String]) throws {
        #expect(try interfaces(lines) == expected)
    }

    @Test(arguments: [
        ("interface = any,eth0", 2, 17), ("interface = eth0, any", 2, 19), ("interface = eth0\ninterface = any", 3, 13),
        ("interface = any\ninterface = eth0", 3, 13),
    ])
    func anyStandsAlone(lines: String, line: Int, column: Int) {
        #expect(
            diagnostics("[options]\n\(lines)\n")
                == ["a.conf:\(line):\(column): any means every interface; write it alone, or leave it out"])
    }

    @Test(arguments: [
        ("interface = eth0,", "2:18: nothing stands behind the last comma; take the comma off"),
        ("interface = ,eth0", "2:13: nothing stands before this comma; write one comma between two interfaces"),
        ("interface = eth0,,eth1", "2:18: nothing stands before this comma; write one comma between two interfaces"),
    ])
    func aNameBetweenCommasMustBeThere(line: String, expected: String) {
        #expect(diagnostics("[options]\n\(line)\n") == ["a.conf:\(expected)"])
    }

    @Test(arguments: ["eth0123456789abc", "a/b", "eth0,sixteencharacter"])
    func whatNoInterfaceIsNamedIsAnError(value: String) {
        #expect(diagnostics("[options]\ninterface = \(value)\n").count == 1)
    }

    @Test func optionsOfSeveralSectionsAddUp() throws {
        let text = "[options]\ninterface = eth0\n[d]\nsequence=1\n[options]\ninterface = eth1\n"
        #expect(try configuration(text).options.interfaces == ["eth0", "eth1"])
    }

    // MARK: Jails

    @Test func theRolesUsersAreTwo() throws {
        #expect(try configuration("[options]\nUser = a , b\n").options.users == ["a", "b"])
        #expect(try configuration("").options.users == [])
        for value in ["a", "a,a", "a,", ",", "a,b,c"] {
            #expect(
                diagnostics("[options]\nuser = \(value)\n")
                    == ["a.conf:2:8: the roles need two users, one each; write User = LISTENER, VERIFIER"])
        }
    }

    @Test func ratesAreTwoNumbers() throws {
        let options = try configuration("[options]\nSourceRate = 3,1\nTotalRate = 100000 , 7\n").options
        #expect(options.sourceRate == RateLimit(burst: 3, perSecond: 1))
        #expect(options.totalRate == RateLimit(burst: 100_000, perSecond: 7))
        let usual = try configuration("").options
        #expect(usual.sourceRate == RateLimit(burst: 64, perSecond: 16))
        #expect(usual.totalRate == RateLimit(burst: 1024, perSecond: 256))
    }

    @Test(arguments: ["", "5", "5,", ",5", "0,1", "1,0", "1,2,3", "100001,1", "1,100001", "-1,1", "a,b", "5/1"])
    func whatIsNoRateIsAnError(value: String) {
        #expect(
            diagnostics("[options]\nSourceRate = \(value)\n").first?.hasSuffix(
                "is no rate; write how many at once, and how many a second then, such as 64, 16") == true)
    }

    @Test func theSandboxIsOnUnlessItIsLeftOut() throws {
        #expect(try configuration("").options.isSandboxed)
        #expect(try configuration("[options]\nsandbox = ON\n").options.isSandboxed)
        #expect(try !configuration("[options]\nsandbox = off\n").options.isSandboxed)
        #expect(diagnostics("[options]\nsandbox = no\n") == ["a.conf:2:11: 'no' is unknown here; did you mean off?"])
    }

    // MARK: Strict sequences

    private func strict(_ text: String) throws -> [Bool?] {
        try configuration(text).doors.map { $0.sequence?.isStrict }
    }

    @Test func doorsAreNotStrictUnlessTheyOrTheOptionsSaySo() throws {
        #expect(try strict("[a]\nsequence=1\n[b]\nsequence=1\nstrict_sequence = yes\n") == [false, true])
    }

    @Test func theOptionsCountForEveryDoorWhereverTheyStand() throws {
        let doors = "[a]\nsequence=1\n[b]\nsequence=1\nstrict_sequence = no\n"
        #expect(try strict("[options]\nStrict_Sequence = Yes\n\(doors)") == [true, false])
        #expect(try strict("\(doors)[options]\nstrict_sequence = yes\n") == [true, false])
        #expect(try strict("\(doors)[options]\nstrict_sequence = yes\nstrict_sequence = no\n") == [false, false])
    }

    @Test(arguments: [
        ("on", "did you mean yes?"), ("1", "did you mean yes?"), ("true", "did you mean yes?"),
        ("y", "did you mean yes?"), ("yse", "did you mean yes?"), ("off", "did you mean no?"),
        ("0", "did you mean no?"), ("yes no", "write yes or no"), ("maybe", "write yes or no"),
    ])
    func strictIsYesOrNo(value: String, advice: String) {
        for section in ["[options]", "[d]\nsequence=1"] {
            let said = diagnostics("\(section)\nstrict_sequence = \(value)\n")
            #expect(said.map { $0.drop { $0 != " " } } == [" '\(value)' is unknown here; \(advice)"])
        }
    }
}
