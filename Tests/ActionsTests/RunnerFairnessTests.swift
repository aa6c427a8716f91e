import Actions
import Linux
import TestSupport
import Testing

/// One door, or one holder, keeps nobody else out, whatever it has running or waiting.
struct RunnerFairnessTests {
    private let bench = RunnerBench()

    private func lane(_ door: String, _ holder: String = "holder") -> Lane<String, String> {
        RunnerBench.lane(door, holder)
    }

    /// Runs starts until one waits.
    private func fillAnyhow(_ lane: Lane<String, String>) {
        while bench.run(.start, "s", in: lane) == ["running s"] {}
    }

    @Test func hangingStartsOfOneDoorKeepNoOtherDoorWaiting() {
        bench.fill(.start, in: lane("hangs"))
        for number in 1...500 { _ = bench.run(.start, "more \(number)", in: lane("hangs")) }
        for holder in 1...20 {
            #expect(bench.run(.start, "other", in: lane("other", "\(holder)")) == ["running other"])
        }
    }

    @Test func hangingStartsOfOneHolderKeepNoOtherHolderOfThatDoorWaiting() {
        bench.fill(.start, in: lane("door", "thief"))
        for number in 1...500 { _ = bench.run(.start, "more \(number)", in: lane("door", "thief")) }
        for holder in 1...20 { #expect(bench.run(.start, "own", in: lane("door", "\(holder)")) == ["running own"]) }
    }

    @Test func aHolderWhoseStartsHangAtManyDoorsKeepsNobodyWaiting() {
        for door in 1...50 {
            for number in 1...100 { _ = bench.run(.start, "\(number)", in: lane("door \(door)", "thief")) }
        }
        for door in 1...50 {
            #expect(bench.run(.start, "own", in: lane("door \(door)", "owner")) == ["running own"], "door \(door)")
        }
        #expect(bench.run(.start, "own", in: lane("another", "owner")) == ["running own"])
        #expect(bench.runner.runningCount(.start) < 512)
    }

    @Test func aDoorWithManyHoldersWhoseStartsHangKeepsNoOtherDoorWaiting() {
        for holder in 1...1000 {
            for number in 1...3 { _ = bench.run(.start, "\(number)", in: lane("hangs", "holder \(holder)")) }
        }
        #expect(bench.runner.runningCount(.start) <= 256)
        for holder in 1...50 {
            #expect(bench.run(.start, "own", in: lane("other", "\(holder)")) == ["running own"], "\(holder)")
        }
    }

    @Test func slowStopsOfOneDoorKeepNoStopWaiting() {
        for number in 1...200 {
            #expect(bench.run(.stop, "slow \(number)", in: lane("slow")) == ["running slow \(number)"])
        }
        for number in 1...1000 { _ = bench.run(.stop, "\(number)", in: lane("slow")) }
        for number in 1...100 {
            #expect(bench.run(.stop, "other", in: lane("other", "\(number % 7)")) == ["running other"], "\(number)")
        }
    }

    @Test func checksKeepNoStopWaiting() {
        for door in 1...20 {
            for number in 1...200 { _ = bench.run(.check, "\(number)", in: lane("\(door)")) }
        }
        for number in 1...200 { #expect(bench.run(.stop, "stop", in: lane("1")) == ["running stop"], "\(number)") }
        #expect(bench.run(.check, "check", in: lane("another")) == ["running check"])
    }

    /// A holder who has nothing waiting cannot be kept waiting by taking part in an opening of his.
    @Test func whatWaitsOnAccountOfOneHolderRunsAtOnceForAnother() {
        bench.fill(.start, in: lane("door", "thief"))
        for number in 1...9 { _ = bench.run(.start, "w\(number)", in: lane("door", "thief")) }
        #expect(bench.hurry(lane("door", "owner")) { $0.purpose == "for w5" } == ["running w5"])
        #expect(bench.runner.waitingCount(.start) == 8)
        #expect(bench.hurry(lane("door", "thief")) { $0.purpose == "for w6" } == [], "he would wait himself")
        #expect(bench.end(1).last == "running w1", "and has lost no place by asking")
    }

    // MARK: Room to wait

    @Test func oneHoldersWaitingStartsLeaveRoomToOthers() {
        bench.fill(.start, in: lane("door", "thief"))
        var count = 0
        while bench.runner.hasRoomForStart(in: lane("door", "thief")), count < 5000 {
            _ = bench.run(.start, "w", in: lane("door", "thief"))
            count += 1
        }
        #expect(count == 256)
        #expect(bench.runner.waitingStartCount(at: "door") == 256)
        fillAnyhow(lane("door", "owner"))
        #expect(bench.runner.hasRoomForStart(in: lane("door", "owner")))
        fillAnyhow(lane("other", "owner"))
        #expect(bench.runner.hasRoomForStart(in: lane("other", "owner")))
    }

    @Test func allTogetherWaitForNoMoreThanTheirRoom() {
        for door in 1...40 {
            for holder in 1...40 {
                let lane = lane("\(door)", "\(holder)")
                for _ in 1...40 where bench.runner.hasRoomForStart(in: lane) { _ = bench.run(.start, "w", in: lane) }
            }
        }
        #expect(bench.runner.waitingCount(.start) <= 2048 + 40)
        #expect(bench.runner.runningCount(.start) <= 512 + 40)
    }

    // MARK: Any order of events

    /// Doors, holders, commands and ends at random: nothing is lost, a holder's commands keep their order, nobody
    /// without a running command waits while his door has less than half of all, and whatever waits has no place.
    @Test(arguments: 1...8)
    func randomCommandsAndEndsAreFair(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let doors = Int.random(in: 1...12, using: &random)
        let holders = Int.random(in: 1...30, using: &random)
        var model = FairnessModel(doors: doors, holders: holders)
        // Some doors have most of the traffic, so that one fills while others come and go.
        for _ in 0..<1000 { model.step(&random) }
        model.drain()
        #expect(model.isComplete, "seed \(seed)")
    }
}
