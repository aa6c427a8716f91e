import Testing

extension RunningProcess {
    /// Expects the role to have lost all that roles give up: privileges, the root directory and most system calls.
    func expectJail(at place: SourceLocation = #_sourceLocation) throws {
        let status = self.status
        #expect(status["NoNewPrivs"] == "1", sourceLocation: place)
        #expect(status["Seccomp"] == "2", sourceLocation: place)
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(status[set] == "0000000000000000", "\(set)", sourceLocation: place)
        }
        for identity in ["Uid", "Gid"] {
            let ids = try #require(status[identity], sourceLocation: place).split(separator: "\t")
            #expect(ids.count == 4 && !ids.contains("0"), "\(identity) \(ids)", sourceLocation: place)
        }
        #expect(status["Groups"]?.split(separator: " ").contains("0") != true, sourceLocation: place)
    }
}
