import Foundation
import Glibc

/// Removes the remains of an interrupted run. Everything of a site has its process id in the name.
enum Leftovers {
    /// Removes namespaces, folders and files whose test process has ended. Those of a parallel run stay.
    static func remove() {
        for name in entries("/run/netns") where isStale(name, after: ["pes", "pec"]) {
            NetworkNamespace(name).remove()
        }
        let temporary = NSTemporaryDirectory()
        for name in entries(temporary) where isStale(name, after: ["postern-", "postern-command-"]) {
            for disk in disks(in: temporary + name).reversed() { _ = try? Command.run(["umount", "-l", disk]) }
            try? FileManager.default.removeItem(atPath: temporary + name)
        }
    }

    /// Whether a name is `PREFIX PID x NUMBER`, and no process has the id.
    private static func isStale(_ name: String, after prefixes: [String]) -> Bool {
        prefixes.contains { prefix in
            guard name.hasPrefix(prefix) else { return false }
            let parts = name.dropFirst(prefix.count).prefix { $0 != "." }.split(separator: "x")
            guard parts.count == 2, let pid = Int32(parts[0]), Int(parts[1]) != nil else { return false }
            return pid > 1 && kill(pid, 0) != 0 && errno == ESRCH
        }
    }

    private static func disks(in folder: String) -> [String] {
        Command.text(at: "/proc/self/mounts").split(separator: "\n")
            .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            .filter { $0 == folder || $0.hasPrefix(folder + "/") }
    }

    private static func entries(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}
