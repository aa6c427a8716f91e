import Glibc
import Synchronization

/// Makes unique names for the files and namespaces of tests: this process's id and a number, `123x4`.
enum Tag {
    private static let counter = Mutex(0)

    static func next() -> String {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        return "\(getpid())x\(number)"
    }
}
