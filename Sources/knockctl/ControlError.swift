/// What keeps knockctl from doing what it is asked for: what is wrong, what to do instead, and the exit status.
struct ControlError: Error, Equatable {
    /// The exit statuses, as the manual lists them.
    enum Status: Int32 {
        case success = 0
        /// The command line is wrong.
        case usage = 1
        /// There is no such key or generation.
        case notFound = 2
        /// A file or directory cannot be used as it is, read or written.
        case files = 3
        /// It could be done, and must not be.
        case refused = 4
        /// A ruleset was printed that does not do all of the doors asked for.
        case incomplete = 5
        /// Everything that was to be taken over is here already.
        case unchanged = 6
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
