extension Site {
    /// Waits until this many ledgers each record this many openings as open, of any door. No log line shows when the
    /// daemon has recorded the end of a start command.
    func waitForRecord(of count: Int, in ledgers: Int = 1) async throws {
        let program = """
            import glob, sqlite3, sys
            for file in sum((glob.glob(sys.argv[1] + "/%s/knockd/*.db" % folder) for folder in ("varlib", "run")), []):
                try:
                    ledger = sqlite3.connect("file:" + file + "?mode=ro", uri=True)
                    print(ledger.execute("SELECT count(*) FROM openings WHERE progress = 1").fetchone()[0])
                except sqlite3.Error: pass  # no table yet, or one that a test has put in the place of a ledger
            """
        try await waitFor("\(count) openings to be on record", polling: .milliseconds(200)) {
            let found = try Command.run(["python3", "-c", program, scratch]).output
            return found.split(separator: "\n").count { Int($0) == count } >= ledgers
        }
    }
}
