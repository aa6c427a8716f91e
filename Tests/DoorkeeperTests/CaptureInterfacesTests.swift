import Base
import Events
import Linux
import Packets
import Testing

@testable import Doorkeeper

struct CaptureInterfacesTests {
    /// With an address that no test asks for, unless it names others.
    private static func interface(
        _ name: String, _ index: UInt32 = 2, isUp: Bool = true, _ addresses: String...
    ) -> NetworkInterface {
        made(name, index, isUp: isUp, addresses.isEmpty ? ["198.18.9.9"] : addresses)
    }

    /// With these addresses alone.
    private static func addressed(_ name: String, isUp: Bool = true, _ addresses: String...) -> NetworkInterface {
        made(name, 2, isUp: isUp, addresses)
    }

    private static func made(_ name: String, _ index: UInt32, isUp: Bool, _ addresses: [String]) -> NetworkInterface {
        NetworkInterface(
            name: name, index: index, isUp: isUp, isLoopback: name == "lo",
            addresses: addresses.compactMap { AddressText.parse($0) })
    }

    /// One that listens on eth0, number 2, as the log was told.
    private func listening(_ named: String...) -> CaptureInterfaces {
        var interfaces = CaptureInterfaces(named: named)
        _ = interfaces.update(named.map { Self.interface($0) }, defaultRoutes: [])
        interfaces.listenerStarted()
        _ = interfaces.listenerReady()
        return interfaces
    }

    @Test func whatIsNamedTwiceIsCapturedOnce() {
        #expect(CaptureInterfaces(named: ["eth1", "eth0", "eth1"]).wanted == ["eth1", "eth0"])
    }

    @Test func aRouteLeadsToNoInterfaceOfAnotherDaemon() {
        let all = ["eth0", "eth1"].map { Self.interface($0) }
        var interfaces = CaptureInterfaces(named: [])
        _ = interfaces.update(all, defaultRoutes: ["eth0", "eth1"], others: ["eth1"])
        #expect(interfaces.wanted == ["eth0"])
        #expect(interfaces.others == ["eth1"])
        _ = interfaces.update(all, defaultRoutes: ["eth1"], others: ["eth1"])
        #expect(interfaces.wanted == ["eth0"], "the last ones stay")
        _ = interfaces.update(all, defaultRoutes: ["eth1"], others: [NetworkInterface.any])
        #expect(interfaces.wanted == ["eth0"])
        _ = interfaces.update(all, defaultRoutes: ["eth1"])
        #expect(interfaces.wanted == ["eth1"], "the other one has ended")
    }

    @Test func whatFailsIsTriedAgainForEver() {
        let one = NetworkInterface(name: "eth0", index: 2, isUp: true, isLoopback: false, addresses: [])
        let two = NetworkInterface(name: "eth1", index: 3, isUp: true, isLoopback: false, addresses: [])
        var interfaces = CaptureInterfaces(named: ["eth0", "eth1"])
        _ = interfaces.update([one, two], defaultRoutes: [])
        interfaces.listenerStarted()
        _ = interfaces.captureFailed("eth1", reason: "no", isThere: true)
        let pauses = (1...10).map { _ in interfaces.takeRetryPause() }
        #expect(pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map { $0 * 1000 })
        _ = interfaces.captureFailed("eth0", reason: "no", isThere: true)
        #expect(interfaces.takeRetryPause() == 32_000, "sooner while nothing is heard")
        interfaces.listenerStarted()
        _ = interfaces.listenerReady()
        #expect(interfaces.takeRetryPause() == 2_000, "all went well in between")
    }

    @Test func anInterfaceThatIsUpIsListenedOn() {
        var interfaces = CaptureInterfaces(named: ["eth0"])
        #expect(
            interfaces.update([Self.interface("eth0"), Self.interface("eth1")], defaultRoutes: []) == [.startListener])
        #expect(interfaces.up.map(\.name) == ["eth0"])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.listening("eth0"))])
        #expect(interfaces.listenerReady() == [], "told once")
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [])
    }

    @Test func severalAreToldInOneLineInTheOrderGiven() {
        var interfaces = CaptureInterfaces(named: ["eth1", "eth0"])
        _ = interfaces.update([Self.interface("eth0", 1), Self.interface("eth1", 2)], defaultRoutes: [])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.listening("eth1, eth0"))])
    }

    @Test(arguments: [nil, addressed("eth0", isUp: false)])
    func whatIsNotThereOrDownIsAwaitedAndToldOnce(other: NetworkInterface?) {
        var interfaces = CaptureInterfaces(named: ["eth0"])
        let all = other.map { [$0] } ?? []
        #expect(
            interfaces.update(all, defaultRoutes: [])
                == [.tell(.interface(.awaited("eth0", isThere: other != nil)))])
        #expect(interfaces.update(all, defaultRoutes: []) == [])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.listening("eth0"))])
    }

    @Test func whatGoesDownAndUpKeepsItsCapture() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([Self.interface("eth0", isUp: false)], defaultRoutes: [])
                == [.tell(.interface(.awaited("eth0", isThere: true)))])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [.tell(.interface(.back("eth0")))])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [])
    }

    /// As when the addresses go that it had while it was up.
    @Test func whatIsDownIsNotBackWhenTheListenerHasTakenOtherAddresses() {
        var interfaces = listening("eth0")
        _ = interfaces.update([Self.interface("eth0", 2, "198.18.0.1")], defaultRoutes: [])
        #expect(
            interfaces.update([Self.interface("eth0", isUp: false)], defaultRoutes: [])
                == [.tell(.interface(.awaited("eth0", isThere: true))), .tellAddresses])
        #expect(interfaces.listenerReady() == [])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [.tell(.interface(.back("eth0")))])
    }

    @Test func whatIsDeletedIsReleasedAndCapturedAnewWhenItIsBack() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([], defaultRoutes: [])
                == [.release("eth0"), .tell(.interface(.awaited("eth0", isThere: false))), .tellAddresses])
        #expect(interfaces.update([Self.interface("eth0", 9)], defaultRoutes: []) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.back("eth0"))])
    }

    @Test func oneThatWasReplacedUnseenIsCapturedAnewAndNothingIsTold() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([Self.interface("eth0", 9)], defaultRoutes: []) == [.release("eth0"), .startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [])
    }

    @Test func newAddressesAreToldToTheListener() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([Self.interface("eth0", 2, "198.18.0.1")], defaultRoutes: []) == [.tellAddresses])
        #expect(interfaces.addresses.map(\.description) == ["198.18.0.1"])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [.tellAddresses])
        #expect(interfaces.addresses.map(\.description) == ["198.18.9.9"])
    }

    @Test func withoutANameItIsTheDefaultRoutesAndFollowsIt() {
        var interfaces = CaptureInterfaces(named: [])
        let all = [Self.interface("lan0", 3), Self.interface("wlan0", 4)]
        #expect(interfaces.update(all, defaultRoutes: ["lan0"]) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.listening("lan0"))])
        #expect(interfaces.update(all, defaultRoutes: []) == [], "the last one stays")
        #expect(
            interfaces.update(all, defaultRoutes: ["wlan0"])
                == [.release("lan0"), .tell(.interface(.left("lan0"))), .startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.listening("wlan0"))])
    }

    @Test func aBetterDefaultRouteTakesNoInterfaceAway() {
        var interfaces = CaptureInterfaces(named: [])
        let all = [Self.interface("eth0", 3), Self.interface("tun0", 4)]
        _ = interfaces.update(all, defaultRoutes: ["eth0"])
        interfaces.listenerStarted()
        _ = interfaces.listenerReady()
        #expect(interfaces.update(all, defaultRoutes: ["tun0", "eth0"]) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.listening("tun0"))])
        #expect(interfaces.listening == ["tun0", "eth0"])
        #expect(interfaces.update(all, defaultRoutes: ["eth0", "tun0"]) == [], "which is the better one is no news")
        #expect(
            interfaces.update(all, defaultRoutes: ["eth0"])
                == [.release("tun0"), .tell(.interface(.left("tun0"))), .tellAddresses])
        #expect(interfaces.listening == ["eth0"])
        #expect(interfaces.update([all[0]], defaultRoutes: ["eth0"]) == [])
    }

    @Test func anInterfaceWithoutAnAddressIsToldOfOnceEachWay() {
        var interfaces = CaptureInterfaces(named: ["eth0"])
        let link = Self.addressed("eth0", "fe80::1")
        #expect(
            interfaces.update([link], defaultRoutes: [])
                == [.tell(.interface(.hasAddress("eth0", false))), .startListener])
        interfaces.listenerStarted()
        _ = interfaces.listenerReady()
        #expect(interfaces.update([link], defaultRoutes: []) == [])
        #expect(
            interfaces.update([Self.addressed("eth0", isUp: false)], defaultRoutes: [])
                == [.tell(.interface(.awaited("eth0", isThere: true))), .tellAddresses])
        #expect(
            interfaces.update([Self.addressed("eth0", "198.18.0.1", "fe80::1")], defaultRoutes: [])
                == [.tell(.interface(.back("eth0"))), .tell(.interface(.hasAddress("eth0", true))), .tellAddresses])
        #expect(interfaces.update([Self.addressed("eth0", "2001:db8::1")], defaultRoutes: []) == [.tellAddresses])
        #expect(
            interfaces.update([Self.addressed("eth0")], defaultRoutes: [])
                == [.tell(.interface(.hasAddress("eth0", false))), .tellAddresses])
    }

    @Test func allInterfacesTogetherNeedNoAddress() {
        var interfaces = CaptureInterfaces(named: [NetworkInterface.any])
        #expect(interfaces.update([Self.addressed(NetworkInterface.any)], defaultRoutes: []) == [.startListener])
    }

    @Test func withoutADefaultRouteItIsEth0() {
        var interfaces = CaptureInterfaces(named: [])
        #expect(
            interfaces.update([], defaultRoutes: []) == [.tell(.interface(.awaited("eth0", isThere: false)))])
    }

    @Test func whatCannotBeCapturedIsToldOnceAndTriedAgainWhenAsked() {
        var interfaces = listening("eth0")
        #expect(interfaces.captureFailed("eth0", reason: "no", isThere: true) == true)
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [])
        interfaces.retry()
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.captureFailed("eth0", reason: "no", isThere: true) == false)
        interfaces.retry()
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interface(.back("eth0"))])
    }

    @Test func aFailureOfWhatWasNeverAskedForIsALie() {
        var interfaces = listening("eth0")
        #expect(interfaces.captureFailed("eth7", reason: "no", isThere: false) == nil)
    }

    @Test func aListenerThatEndsIsStartedForAllThatAreUp() {
        var interfaces = listening("eth0")
        interfaces.listenerEnded()
        #expect(interfaces.update([Self.interface("eth0")], defaultRoutes: []) == [.startListener])
    }

    @Test func packetsOfThisHostItselfComeByLoopbackOrAny() {
        for (name, isPossible) in [("lo", true), ("any", true), ("eth0", false)] {
            #expect(listening(name).mayBeLoopback == isPossible)
        }
    }
}
