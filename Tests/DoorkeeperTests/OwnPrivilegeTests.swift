import Foundation
import Linux
import Testing

@testable import Doorkeeper

struct OwnPrivilegeTests {
    private static let all = Set(Capability.allCases)

    private func privilege(
        isRoot: Bool = true, _ own: Set<Capability> = all, commandsHaveNetAdmin: Bool = true,
        gainsNothing: Bool = false
    ) -> OwnPrivilege {
        OwnPrivilege(
            isRoot: isRoot, own: own, commandsHaveNetAdmin: commandsHaveNetAdmin, gainsNothing: gainsNothing)
    }

    @Test func whoeverHasAllOfItHasNothingToSay() {
        #expect(privilege().complaint == nil)
        #expect(privilege().shortfall == nil)
    }

    @Test func capturingIsAllThatItTakesToStart() {
        for isRoot in [true, false] { #expect(privilege(isRoot: isRoot, [.netRaw]).complaint == nil) }
    }

    @Test func withoutCapturingTheCapabilityIsNamedAndTheWayToGiveIt() throws {
        let root = try #require(privilege([.setUID, .netAdmin]).complaint)
        #expect(root.contains("CAP_NET_RAW") && root.contains("CapabilityBoundingSet=") && root.contains("--cap-add"))
        let user = try #require(privilege(isRoot: false, []).complaint)
        #expect(user.contains("start it as root") && user.contains("AmbientCapabilities=CAP_NET_RAW"))
        #expect(user.contains("setcap cap_net_raw=ep /") && !user.contains("no_new_privs"))
        let bound = try #require(privilege(isRoot: false, [], gainsNothing: true).complaint)
        #expect(bound.contains("no_new_privs is set, so what setcap gave the program has no effect"))
    }

    @Test func manyPeoplesOwnUnitLacksFourAndOneLineNamesThem() throws {
        let line = try #require(privilege([.netRaw, .netAdmin]).shortfall)
        #expect(
            line
                == "missing: CAP_SETUID and CAP_SETGID (the roles keep the daemon's user), CAP_SETPCAP (the roles keep "
                + "their bounding set), CAP_KILL (commands that run as another user cannot be ended); give them with "
                + "CapabilityBoundingSet= in the unit, or --cap-add for the container")
    }

    @Test(arguments: [
        ([Capability.setUID], "CAP_SETUID (the roles keep the daemon's user)"),
        ([.setGID], "CAP_SETGID (the roles keep the daemon's groups)"), ([.setPCAP], "CAP_SETPCAP"),
        ([.kill], "CAP_KILL"),
    ])
    func eachIsNamedAlone(missing: [Capability], words: String) throws {
        let line = try #require(privilege(Self.all.subtracting(missing)).shortfall)
        #expect(line.hasPrefix("missing: \(words)"))
        #expect(line.components(separatedBy: "CAP_").count == 2)
    }

    @Test func commandsThatCannotChangeTheFirewallAreToldOf() throws {
        let line = try #require(privilege(isRoot: false, [.netRaw, .netAdmin], commandsHaveNetAdmin: false).shortfall)
        #expect(line.contains("CAP_NET_ADMIN for the commands (they cannot change the firewall by themselves)"))
        #expect(line.hasSuffix("start it as root, or give them with AmbientCapabilities= in the unit"))
    }
}
