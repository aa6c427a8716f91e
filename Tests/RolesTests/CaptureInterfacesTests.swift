import Events
import Linux
import Packets
import Testing

@testable import Roles

struct CaptureInterfacesTests {
    private static func interface(
        _ name: String, _ index: UInt32 = 2, isUp: Bool = true, _ addresses: String...
    ) -> NetworkInterface {
        NetworkInterface(
            name: name, index: index, isUp: isUp, isLoopback: name == "lo",
            addresses: addresses.compactMap { AddressText.parse($0) })
    }

    /// One that listens on eth0, number 2, as the log was told.
    private func listening(_ named: String...) -> CaptureInterfaces {
        var interfaces = CaptureInterfaces(named: named)
        _ = interfaces.update(named.map { Self.interface($0) }, defaultRoute: nil)
        interfaces.listenerStarted()
        _ = interfaces.listenerReady()
        return interfaces
    }

    @Test func whatIsNamedTwiceIsCapturedOnce() {
        #expect(CaptureInterfaces(named: ["eth1", "eth0", "eth1"]).wanted == ["eth1", "eth0"])
    }

    @Test func whatFailsIsTriedAgainForEver() {
        let one = NetworkInterface(name: "eth0", index: 2, isUp: true, isLoopback: false, addresses: [])
        let two = NetworkInterface(name: "eth1", index: 3, isUp: true, isLoopback: false, addresses: [])
        var interfaces = CaptureInterfaces(named: ["eth0", "eth1"])
        _ = interfaces.update([one, two], defaultRoute: nil)
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
            interfaces.update([Self.interface("eth0"), Self.interface("eth1")], defaultRoute: nil) == [.startListener])
        #expect(interfaces.up.map(\.name) == ["eth0"])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.listening(interface: "eth0")])
        #expect(interfaces.listenerReady() == [], "told once")
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [])
    }

    @Test func severalAreToldInOneLineInTheOrderGiven() {
        var interfaces = CaptureInterfaces(named: ["eth1", "eth0"])
        _ = interfaces.update([Self.interface("eth0", 1), Self.interface("eth1", 2)], defaultRoute: nil)
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.listening(interface: "eth1, eth0")])
    }

    @Test(arguments: [nil, interface("eth0", isUp: false)])
    func whatIsNotThereOrDownIsAwaitedAndToldOnce(other: NetworkInterface?) {
        var interfaces = CaptureInterfaces(named: ["eth0"])
        let all = other.map { [$0] } ?? []
        #expect(
            interfaces.update(all, defaultRoute: nil)
                == [.tell(.interfaceAwaited("eth0", isThere: other != nil))])
        #expect(interfaces.update(all, defaultRoute: nil) == [])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.listening(interface: "eth0")])
    }

    @Test func whatGoesDownAndUpKeepsItsCapture() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([Self.interface("eth0", isUp: false)], defaultRoute: nil)
                == [.tell(.interfaceAwaited("eth0", isThere: true))])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [.tell(.interfaceBack("eth0"))])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [])
    }

    /// As when the addresses go that it had while it was up.
    @Test func whatIsDownIsNotBackWhenTheListenerHasTakenOtherAddresses() {
        var interfaces = listening("eth0")
        _ = interfaces.update([Self.interface("eth0", 2, "198.18.0.1")], defaultRoute: nil)
        #expect(
            interfaces.update([Self.interface("eth0", isUp: false)], defaultRoute: nil)
                == [.tell(.interfaceAwaited("eth0", isThere: true)), .tellAddresses])
        #expect(interfaces.listenerReady() == [])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [.tell(.interfaceBack("eth0"))])
    }

    @Test func whatIsDeletedIsReleasedAndCapturedAnewWhenItIsBack() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([], defaultRoute: nil)
                == [.release("eth0"), .tell(.interfaceAwaited("eth0", isThere: false))])
        #expect(interfaces.update([Self.interface("eth0", 9)], defaultRoute: nil) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interfaceBack("eth0")])
    }

    @Test func oneThatWasReplacedUnseenIsCapturedAnewAndNothingIsTold() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([Self.interface("eth0", 9)], defaultRoute: nil) == [.release("eth0"), .startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [])
    }

    @Test func newAddressesAreToldToTheListener() {
        var interfaces = listening("eth0")
        #expect(
            interfaces.update([Self.interface("eth0", 2, "198.18.0.1")], defaultRoute: nil) == [.tellAddresses])
        #expect(interfaces.addresses.map(\.description) == ["198.18.0.1"])
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [.tellAddresses])
        #expect(interfaces.addresses.isEmpty)
    }

    @Test func withoutANameItIsTheDefaultRoutesAndFollowsIt() {
        var interfaces = CaptureInterfaces(named: [])
        let all = [Self.interface("lan0", 3), Self.interface("wlan0", 4)]
        #expect(interfaces.update(all, defaultRoute: "lan0") == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.listening(interface: "lan0")])
        #expect(interfaces.update(all, defaultRoute: nil) == [], "the last one stays")
        #expect(interfaces.update(all, defaultRoute: "wlan0") == [.release("lan0"), .startListener])
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.listening(interface: "wlan0")])
    }

    @Test func withoutADefaultRouteItIsEth0() {
        var interfaces = CaptureInterfaces(named: [])
        #expect(
            interfaces.update([], defaultRoute: nil) == [.tell(.interfaceAwaited("eth0", isThere: false))])
    }

    @Test func whatCannotBeCapturedIsToldOnceAndTriedAgainWhenAsked() {
        var interfaces = listening("eth0")
        #expect(interfaces.captureFailed("eth0", reason: "no", isThere: true) == true)
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [])
        interfaces.retry()
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [.startListener])
        interfaces.listenerStarted()
        #expect(interfaces.captureFailed("eth0", reason: "no", isThere: true) == false)
        interfaces.retry()
        interfaces.listenerStarted()
        #expect(interfaces.listenerReady() == [.interfaceBack("eth0")])
    }

    @Test func aFailureOfWhatWasNeverAskedForIsALie() {
        var interfaces = listening("eth0")
        #expect(interfaces.captureFailed("eth7", reason: "no", isThere: false) == nil)
    }

    @Test func aListenerThatEndsIsStartedForAllThatAreUp() {
        var interfaces = listening("eth0")
        interfaces.listenerEnded()
        #expect(interfaces.update([Self.interface("eth0")], defaultRoute: nil) == [.startListener])
    }

    @Test func packetsOfThisHostItselfComeByLoopbackOrAny() {
        for (name, isPossible) in [("lo", true), ("any", true), ("eth0", false)] {
            #expect(listening(name).mayBeLoopback == isPossible)
        }
    }
}
