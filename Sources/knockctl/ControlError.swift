/// The reason why knockctl cannot carry out a command, with the remedy and the exit status.
struct ControlError: Error, Equatable {
    /// The exit statuses, as listed in the manual.
    enum Status: Int32 {
        case success = 0
        /// The command line is wrong.
        case usage = 1
        /// There is no such key, generation or door.
        case notFound = 2
        /// A file or directory is unsafe, or cannot be read or written.
        case files = 3
        /// The command is possible, but not allowed.
        case refused = 4
        /// A ruleset was printed that lacks some of the doors' functions.
        case incomplete = 5
        /// The imported file holds nothing new.
        case unchanged = 6
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
