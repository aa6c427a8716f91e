// Shows the jail of the role that reads hostile bytes, as the kernel itself reports it.
import Testing

extension EndToEnd {
    @Suite struct S15TheListenersJail {
        @Test func listenerHasNoPrivilegeLeft() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            let status = try #require(daemon.listener).status
            #expect(status["NoNewPrivs"] == "1")
            #expect(status["Seccomp"] == "2")
            for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                #expect(status[set] == "0000000000000000", "\(set)")
            }
            for identity in ["Uid", "Gid"] {
                let ids = try #require(status[identity]).split(separator: "\t")
                #expect(ids.count == 4 && !ids.contains("0"), "\(identity) \(ids)")
            }
            #expect(status["Groups"]?.split(separator: " ").contains("0") != true)
        }
    }
}
