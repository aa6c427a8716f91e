package import Linux
import Knocks
import Packets

/// The role that sees the network: captures and decodes packets and follows the classic sequences. It holds no key and
/// no privilege; all it can do is report over its channel. It ends when the channel does.
package final class Listener {
    /// Reports that wait for the Doorkeeper at most; more are left out and counted. Stages and time-outs leave the
    /// second half to proofs.
    private static let mostWaiting = 1024

    private let channel: RoleChannel
    private var capture: CaptureSocket?
    private var decoder: PacketDecoder?
    private var matcher: SequenceMatcher?
    private var table: UInt32 = 0
    private var isOnLoopback = false
    private var onlyIPv4 = false
    /// Orders since the last `apply`.
    private var newAddresses: Set<IPAddress> = []
    private var newDoors: [SequenceDoor] = []
    /// Reports that the channel had no room for.
    private var waiting: [[UInt8]] = []
    private var budget = LineBudget(burst: 128, perSecond: 32)
    private let hash = SipHash(key0: ThisProcess.randomNumber(), key1: ThisProcess.randomNumber())

    private init(channel: RoleChannel) {
        self.channel = channel
    }

    /// Runs the role in this process, on the channel that it was started with, and ends the process when the Doorkeeper
    /// has gone.
    package static func run(channel descriptor: Descriptor) throws(SystemError) -> Never {
        // It ends with its channel: whoever ends all that is called knockd shall not end it before the Doorkeeper.
        Signals.ignoreAll()
        ThisProcess.setName("knockd")
        let listener = Listener(channel: try RoleChannel(descriptor, messageSize: RoleMessage.size))
        listener.loop()
        // The jail does not let libpcap clear up after itself; the kernel does.
        withExtendedLifetime(listener) { ThisProcess.exit(0) }
    }

    private func loop() {
        while true {
            let now = Clock.monotonic()
            matcher?.expire(at: now, report)
            if let count = budget.takeLeftOut(now: now) { send(.leftOut(UInt32(clamping: count))) }
            sendWaiting()
            let interests = [
                Poller.Interest(channel.descriptor.number, forRoom: !waiting.isEmpty),
                Poller.Interest(capture?.descriptor ?? -1),
            ]
            let ready = Poller.wait(interests, timeout: timeout(now))
            if ready[0], !takeOrders() { return }
            if ready[1], !takePackets() { return }
        }
    }

    private func timeout(_ now: Milliseconds) -> Milliseconds? {
        [matcher?.nextExpiry, budget.nextTelling].compactMap { $0 }.min().map { $0 - now }
    }

    /// False if there is nothing more to do in this world.
    private func takeOrders() -> Bool {
        while true {
            switch channel.receive() {
            case .message(let bytes):
                guard let order = ListenerOrder(bytes), obey(order) else { return false }
            case .nothing: return true
            case .closed, .wrongSize: return false
            }
        }
    }

    private func obey(_ order: ListenerOrder) -> Bool {
        switch order {
        case .capture(let interface, let isLoopback, let onlyIPv4):
            (isOnLoopback, self.onlyIPv4) = (isLoopback, onlyIPv4)
            return openCapture(interface)
        case .localAddress(let address): newAddresses.insert(address)
        case .door(let door): newDoors.append(door)
        case .apply(let table): return apply(table)
        }
        return true
    }

    private func openCapture(_ interface: String) -> Bool {
        guard capture == nil else { return false }
        do {
            let capture = try CaptureSocket(interface: interface)
            guard let linkType = LinkType(rawValue: capture.linkType) else {
                return fail("unsupported link-layer type: \(capture.linkType)")
            }
            // Until the doors are known, nothing is of use.
            try capture.setFilter(nil)
            self.capture = capture
            decoder = PacketDecoder(linkType: linkType)
            return true
        } catch {
            return fail(error.description)
        }
    }

    /// Takes up the new doors, and goes to jail if it is not there yet.
    private func apply(_ table: UInt32) -> Bool {
        guard let capture else { return false }
        let expression = FilterExpression.text(doors: newDoors, localAddresses: newAddresses, onlyIPv4: onlyIPv4)
        var isExact = FilterExpression.canNamePorts(of: newDoors)
        do {
            try capture.setFilter(expression)
        } catch {
            // Addresses can be too many as well. The matcher judges every packet itself.
            guard (try? capture.setFilter(onlyIPv4 ? "ip" : "ip or ip6")) != nil else {
                return fail(error.description)
            }
            isExact = false
        }
        if !isExact { send(.filterTooLarge) }
        let isFirst = matcher == nil
        matcher = SequenceMatcher(doors: newDoors, localAddresses: newAddresses, hash: hash)
        self.table = table
        (newDoors, newAddresses) = ([], [])
        if isFirst {
            do {
                try Privileges.drop(to: Privileges.listener)
                try Sandbox.enterListener(channel: channel.descriptor)
            } catch {
                return fail("the jail cannot be built: \(error)")
            }
        }
        send(.ready(table: table))
        return true
    }

    private func takePackets() -> Bool {
        guard let capture, let decoder else { return false }
        do {
            try capture.receive { bytes in
                // What is no packet for a door is nobody's concern.
                guard let packet = try? decoder.decode(bytes) else { return }
                receive(packet)
            }
            return true
        } catch {
            return fail(error.description)
        }
    }

    private func receive(_ packet: Packet) {
        guard packet.source.canBePeer(onLoopback: isOnLoopback), !onlyIPv4 || packet.source.isIPv4 else { return }
        matcher?.receive(packet, at: Clock.monotonic(), report)
    }

    private func report(_ outcome: SequenceMatcher.Outcome) {
        let now = Clock.monotonic()
        if case .reset = outcome { return }
        if case .completed = outcome {
            if waiting.count < Self.mostWaiting {
                send(.outcome(outcome, table: table))
            } else {
                budget.leaveOut(now: now)
            }
        } else if waiting.count >= Self.mostWaiting / 2 {
            budget.leaveOut(now: now)
        } else if budget.take(now: now) {
            send(.outcome(outcome, table: table))
        }
    }

    private func send(_ report: ListenerReport) {
        waiting.append(report.message)
        sendWaiting()
    }

    private func sendWaiting() {
        var sent = 0
        while sent < waiting.count, case .sent = channel.send(waiting[sent]) { sent += 1 }
        waiting.removeFirst(sent)
    }

    /// Tells the Doorkeeper why it is about to end.
    private func fail(_ reason: String) -> Bool {
        send(.failure(reason))
        return false
    }
}
