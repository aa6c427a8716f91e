import Foundation
import Glibc

/// A process, read from /proc. All values are empty after it has ended.
struct RunningProcess: Hashable, CustomStringConvertible {
    let pid: Int32

    init(_ pid: Int32) { self.pid = pid }

    /// Whether it runs; false for a zombie.
    var isAlive: Bool { stat.first.map { $0 != "Z" } ?? false }
    var name: String { read("comm").trimmingCharacters(in: .newlines) }
    /// Whether it is a role, by its name; `isKnockd` is true for daemons too.
    var isRole: Bool { name.hasPrefix("knockd-") }
    var isKnockd: Bool { name == "knockd" || isRole }
    var commandLine: String { read("cmdline").replacingOccurrences(of: "\0", with: " ") }
    var description: String { "\(pid) \(name) \(stat.first ?? "gone")" }
    var residentKiB: Int { Int(status["VmRSS"]?.split(separator: " ").first ?? "") ?? 0 }

    /// The processor time that it has used, in milliseconds.
    var processorTime: Double { Double(read("schedstat").split(separator: " ").first ?? "").map { $0 / 1e6 } ?? 0 }

    /// Whether it has used more processor time than this, and sleeps again.
    func isAtRest(since time: Double) -> Bool { stat.first == "S" && processorTime > time }

    /// The values in /proc/PID/status by their keys.
    var status: [String: String] {
        var fields: [String: String] = [:]
        for line in read("status").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return fields
    }

    /// The hard limit of this name in /proc/PID/limits, such as `Max processes`.
    func limit(_ name: String) -> String? {
        let line = read("limits").split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line?.dropFirst(name.count).split(separator: " ").dropFirst().first.map(String.init)
    }

    var children: [RunningProcess] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.map(RunningProcess.init).filter { $0.parent == pid && $0.isAlive }
    }

    func signal(_ number: Int32) {
        if pid > 1 { kill(pid, number) }
    }

    /// The content of a file in the process's mount namespace.
    func file(_ path: String) -> String { read("root" + path) }

    private var parent: Int32? { stat.dropFirst().first.flatMap { Int32($0) } }

    /// The fields of /proc/PID/stat from the state on. The name before them may contain any character.
    private var stat: [Substring] {
        let line = read("stat")
        guard let end = line.range(of: ") ", options: .backwards) else { return [] }
        return line[end.upperBound...].split(separator: " ")
    }

    private func read(_ file: String) -> String { Command.text(at: "/proc/\(pid)/\(file)") }
}
