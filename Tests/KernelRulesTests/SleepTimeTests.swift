import Doors
import Testing

@testable import KernelRules

struct SleepTimeTests {
    @Test(arguments: [
        ("open %IP%; sleep 10; close %IP%", 10_000), ("open %IP% && sleep 10 && close %IP%", 10_000),
        ("sleep 1 2.5; /bin/sleep 1m", 63_500), ("sleep 1h", 3_600_000), ("sh -c 'open; sleep \"5\"; close'", 5_000),
        ("sudo -u x bash -c \"sleep 3; exit\"", 3_000), ("open; sleep %SECONDS%; close", 7_000),
        ("open; sleep \"$KNOCK_SECONDS\"; close", 7_000), ("sleep infinity", .max),
        ("sleep infinity; sleep infinity", .max),
        // Nobody waits for these.
        ("open; (sleep 10; close) &", 0), ("open; { sleep 10; close; } &", 0), ("sleep 10 && close &", 0),
        ("sleep 5 & sleep 2", 2_000), ("sh -c 'sleep 5 & open'", 0), ("nohup sh -c 'sleep 5' &", 0),
        // No sleep.
        ("open %IP%", 0), ("echo 'sleep 10'", 0), ("echo sleep 10", 0), ("open # sleep 10", 0), ("sleep $T", 0),
        ("sleep", 0), ("sleep ten", 0), ("sleep -5", 0), ("/opt/sleeper 10", 0),
    ])
    func theSumOfWhatIsWaitedFor(command: String, expected: Int64) throws {
        #expect(try #require(ActionTemplate(command)).sleepTime(openFor: 7_000) == expected)
    }
}
