import Foundation
import Glibc

/// What an interrupted run of these tests could not remove: everything of a site has its process id in the name.
enum Leftovers {
    /// Namespaces, folders and files of sites whose test process is gone; those of a run beside this one stay.
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

    /// `PREFIX PID x NUMBER`, where no process has the id.
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
