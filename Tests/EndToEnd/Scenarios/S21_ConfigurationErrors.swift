// Shows that a faulty configuration is told whole: every fault as FILE:LINE:COLUMN, all of them, then exit 1.
import Testing

extension EndToEnd {
    @Suite struct S21ConfigurationErrors {
        static let faulty = """
            [options]
            Intrface = ks0
            [door]
            sequence = 7000,70000,9000
            seq_timeout = soon
            tcpflags = syn,ick
            start_command = true

            """

        @Test(arguments: [[], ["--check"]])
        func allFaultsAreToldWithTheirPlaces(more: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.faulty)
            let daemon = try site.launch(arguments: more)
            try await site.waitFor("the daemon to give up", within: 5) { !daemon.isRunning }
            #expect(daemon.exit == 1)
            let place = #/knockd\.conf:(\d+):\d+: .+/#
            let lines = Set(daemon.log.matches(of: place).compactMap { Int($0.1) })
            #expect(lines == [2, 4, 5, 6], "\(daemon.log)")
        }
    }
}
