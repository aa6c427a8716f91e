/// A process, told apart from another one that gets the same id later.
package struct ProcessMark: Equatable, Sendable {
    package let id: Int32
    /// When it began, in the kernel's ticks since boot.
    package let began: Int64

    package init(id: Int32, began: Int64) {
        self.id = id
        self.began = began
    }

    /// The process that has this id now; nil if there is none, or it has ended and nobody has asked how.
    package init?(of id: Int32) {
        // Of other users' processes /proc may tell the privileged alone (proc(5), hidepid).
        guard let bytes = Capabilities.use({ try? Files.read("/proc/\(id)/stat", limit: 4096) }) else { return nil }
        // The name in parentheses may hold anything, blanks and parentheses too (proc(5)).
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let began = Int64(fields[19]) else { return nil }
        self.init(id: id, began: began)
    }

    /// Whether it has not ended yet.
    package var isAlive: Bool { ProcessMark(of: id) == self }
}
