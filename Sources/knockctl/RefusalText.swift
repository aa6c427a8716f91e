import Keys

extension ControlError {
    /// What the rules do not allow.
    init(_ refusal: KeyRotation.Refusal, of name: KeyName) {
        switch refusal {
        case .graceIsRunning(let number, let until):
            let end = until.map { "until \(Timestamp.text($0))" } ?? "until a newer one was used"
            self.init(
                .refused,
                "\(name): generation \(number) is still good \(end), its holder may not have the newest yet: wait, revoke "
                    + "it, or write --force")
        case .graceIsTooLong:
            self.init(.refused, "\(name): the grace ends too late for a key file: write a shorter one")
        case .isFull:
            self.init(.refused, "\(name): there is no room for another generation: run knockctl keys prune")
        case .noGeneration(let number):
            self.init(.notFound, "\(name): there is no generation \(number): knockctl keys list shows those there are")
        case .newestIsGone(let standing):
            self.init(.refused, "\(name): its newest generation is \(standing): run knockctl keys rotate \(name) first")
        case .otherServer(let server):
            self.init(.refused, "\(name): the file is for the server \(server), the key here for another: rename one")
        case .otherSecret(let number):
            self.init(
                .refused,
                "\(name): generation \(number) is another one here, so the key was made anew somewhere: remove the older "
                    + "file, and import again")
        case .crypto(let error):
            self.init(.files, error.description)
        }
    }
}
