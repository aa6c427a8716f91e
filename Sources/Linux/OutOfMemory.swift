import Glibc

/// The order in which the kernel kills processes when memory runs out: oom_score_adj in proc(5), from -1000 (never) to
/// 1000.
enum OutOfMemory {
    /// How far a program goes before the process that started it: as if it used a tenth of the memory more.
    private static let distance = 100
    private static let highest = 1000

    /// The value for a program started by a process of value `own`: not protected itself, and killed before that
    /// process.
    static func value(under own: Int) -> Int { min(max(own + distance, 0), highest) }

    /// Makes the kernel kill a program before this process, which has just started it. The program's own children
    /// inherit the value. If it cannot be set, it stays unchanged.
    static func prefer(_ process: Int32) {
        guard let own = value(of: "self"),
            let file = try? Descriptor.open("/proc/\(process)/oom_score_adj", O_WRONLY)
        else { return }
        try? file.write(Array("\(value(under: own))".utf8))
    }

    /// The value of a process, by its name in /proc; nil if it cannot be read.
    static func value(of process: String) -> Int? {
        guard let bytes = try? Files.read("/proc/\(process)/oom_score_adj", limit: 16) else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" })
    }
}
