import Actions
import Linux
import TestSupport
import Testing

/// Start commands as they should run: what each holder at each door has running and waiting, and what may be said of that.
struct FairnessModel {
    private struct Line {
        var waiting: [String] = []
        var running: Set<Int32> = []
    }

    private let bench = RunnerBench()
    private let lanes: [Lane<String, String>]
    private var lines: [Lane<String, String>: Line] = [:]
    private var lane: [Int32: Lane<String, String>] = [:]
    private var count = 0
    private var takenBack = 0

    init(doors: Int, holders: Int) {
        lanes = (0..<doors).flatMap { door in (0..<holders).map { Lane(door: "\(door)", holder: "\($0)") } }
    }

    /// Whether all has run and ended.
    var isComplete: Bool {
        bench.runner.isIdle && lines.values.allSatisfy { $0.waiting.isEmpty && $0.running.isEmpty }
            && bench.recorder.started.count == count - takenBack
    }

    /// Runs some commands of one holder, ends some, or takes one back.
    mutating func step(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6:
            // The first lanes have most of the traffic.
            let chosen = min(
                Int.random(in: 0..<lanes.count, using: &random), Int.random(in: 0..<lanes.count, using: &random))
            for _ in 0..<Int.random(in: 1...6, using: &random) { start(lanes[chosen]) }
        case 6..<9:
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                if let process = lane.keys.randomElement(using: &random) { end(process) }
            }
        default:
            guard let lane = lines.filter({ !$0.value.waiting.isEmpty }).keys.randomElement(using: &random),
                let command = lines[lane]?.waiting.randomElement(using: &random)
            else { return }
            #expect(bench.takeBack { $0.command == command } == [command])
            lines[lane]?.waiting.removeAll { $0 == command }
            takenBack += 1
        }
        check()
    }

    /// Ends all that runs, until nothing waits.
    mutating func drain() {
        while let process = lane.keys.min() { end(process) }
    }

    private mutating func start(_ lane: Lane<String, String>) {
        let command = "\(lane.door) \(lane.holder) \(count)"
        count += 1
        lines[lane, default: Line()].waiting.append(command)
        take(bench.run(.start, command, in: lane))
    }

    private mutating func end(_ process: Int32) {
        guard let lane = lane.removeValue(forKey: process) else { return }
        lines[lane]?.running.remove(process)
        take(bench.end(process))
    }

    /// Takes note of what has begun: of each holder the first that waits.
    private mutating func take(_ outcomes: [String]) {
        let begun = outcomes.filter { $0.hasPrefix("running ") }.map { String($0.dropFirst(8)) }
        var process = Int32(bench.recorder.started.count - begun.count)
        for command in begun {
            process += 1
            let words = command.split(separator: " ").map(String.init)
            let lane = Lane(door: words[0], holder: words[1])
            #expect(lines[lane]?.waiting.first == command)
            lines[lane]?.waiting.removeFirst()
            lines[lane]?.running.insert(process)
            self.lane[process] = lane
        }
    }

    private func check() {
        let total = lane.count
        #expect(bench.runner.runningCount(.start) == total)
        #expect(bench.runner.waitingCount(.start) == lines.values.reduce(0) { $0 + $1.waiting.count })
        var doors: [String: Int] = [:]
        for (lane, line) in lines { doors[lane.door, default: 0] += line.running.count }
        for (lane, line) in lines {
            let ofDoor = doors[lane.door] ?? 0
            #expect(line.running.count <= 64)
            #expect(ofDoor <= 256, "half of all that may run")
            guard !line.waiting.isEmpty else { continue }
            #expect(ofDoor > 0, "a door with nothing running need not wait")
            if line.running.isEmpty {
                #expect(ofDoor >= 512 - total, "nor need a holder, while there is room beyond the common places")
            } else {
                #expect(ofDoor >= 256 - total || line.running.count >= 128 - ofDoor, "there was a place")
            }
        }
    }
}
