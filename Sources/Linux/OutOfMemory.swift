import Glibc

/// Whom the kernel ends when memory runs out: oom_score_adj in proc(5), from -1000, which is never, to 1000.
enum OutOfMemory {
    /// How far a program goes before the process that started it: as if it had a tenth of the memory more.
    private static let distance = 100
    private static let highest = 1000

    /// Where a program stands that a process of this value starts: no safer than any other, and before that process.
    static func value(under own: Int) -> Int { min(max(own + distance, 0), highest) }

    /// Has a program go before this process, which has just started it, with all that it starts from now on. Where that may not be said, it stays as it is.
    static func prefer(_ process: Int32) {
        guard let own = value(of: "self"),
            let file = try? Descriptor.open("/proc/\(process)/oom_score_adj", O_WRONLY)
        else { return }
        try? file.write(Array("\(value(under: own))".utf8))
    }

    /// The value of a process, by its name in /proc.
    static func value(of process: String) -> Int? {
        guard let bytes = try? Files.read("/proc/\(process)/oom_score_adj", limit: 16) else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" })
    }
}
