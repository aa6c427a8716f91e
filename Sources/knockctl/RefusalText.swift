import Keys

extension ControlError {
    /// Explains why the rules of rotation forbid a command.
    init(_ refusal: KeyRotation.Refusal, of name: KeyName) {
        let replacing = "--name \(name) --replace"
        switch refusal {
        case .graceIsRunning(let number, let until):
            let end = until.map { "until \(Timestamp.text($0))" } ?? "until an hour after a newer one is first used"
            self.init(
                .refused,
                "\(name): generation \(number) is still valid \(end), and its holder may not have the newest yet; wait, "
                    + "revoke it, or write --force")
        case .graceIsTooLong:
            self.init(.refused, "\(name): the grace period ends too late for a key file; write a shorter one")
        case .isFull:
            self.init(.refused, "\(name): the key has no room for another generation; run knockctl keys prune")
        case .isLast(let number):
            self.init(
                .refused,
                "\(name): generation \(number) has the highest possible number; replace the key by another file with keys "
                    + "import \(replacing), or remove its file and run knockctl keys add \(name)")
        case .noGeneration(let number):
            self.init(.notFound, "\(name): there is no generation \(number); knockctl keys list shows the generations")
        case .newestIsGone(let standing):
            self.init(.refused, "\(name): its newest generation is \(standing); run knockctl keys rotate \(name) first")
        case .otherServer(let server):
            self.init(
                .refused,
                "\(name): the file is for the server \(server), the key here for another; give one of them another name, or "
                    + "write --server \(server) \(replacing) to overwrite the key here")
        case .otherSecret(let number):
            self.init(
                .refused,
                "\(name): generation \(number) has another secret here, so one of the two keys was made anew; write "
                    + "\(replacing) if the file is right")
        case .jump(let newest, let number):
            self.init(
                .refused,
                "\(name): generation \(number) is more than \(KeysLimits.numberJump) above \(newest), the newest here, and "
                    + "would use up the numbers between; write \(replacing) if the file is right")
        case .noContinuity:
            self.init(
                .refused,
                "\(name): nothing proves that this file comes from a holder of the key here; import what knockctl keys export "
                    + "writes on the server, or, if the key was made anew or is an older version's, write \(replacing)")
        case .revokedBefore(let number):
            self.init(
                .refused,
                "\(name): generation \(number) of the file was revoked here, for good; run knockctl keys rotate \(name) on "
                    + "the server, and export the key again")
        case .crypto(let error):
            self.init(.files, error.description)
        }
    }
}
