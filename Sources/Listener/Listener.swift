import Base
import Capture
package import Confinement
import Decoding
import Hints
import Knocks
package import Linux
import Messages
import Packets

/// The role that sees the network: it captures and decodes packets and follows the classic sequences.
///
/// It holds no key and no privilege, and can do nothing but report over its channel. It exits when the channel closes.
package final class Listener {
    /// The capture at one interface.
    struct Capture {
        let interface: String
        let socket: CaptureSocket
        let decoder: PacketDecoder
        let isLoopback: Bool
        /// A number that no other capture and no interface has.
        let number: UInt32
        /// A second capture for signed knocks alone, which delivers packets at once; nil if no door accepts signed
        /// knocks.
        var signed: CaptureSocket?
    }

    /// The port of signed knocks, and the state of their hints.
    struct SignedPort {
        /// Nil where no door takes any.
        var number: UInt16?
        /// The rules for hints in the kernel's filter.
        var kernelRules = HintRules()
        /// The first door list, until the first hints have come: readiness must not be reported before signed knocks
        /// work.
        var unready: UInt32?
    }

    /// Received since the last `apply`.
    private struct Announced {
        var addresses: Set<IPAddress> = []
        var doors: [SequenceDoor] = []
    }

    /// Reports to the Doorkeeper; its controls come over the same channel.
    private var reports: ReportSender
    /// The channel between Listener and Verifier.
    let link: RoleChannel
    var captures: [Capture] = []
    /// Captures that are no longer read. The jail does not let libpcap close them.
    private var released: [Capture] = []
    private var matcher: SequenceMatcher?
    /// Filters packets that are seen at several interfaces; nil if there is only one.
    var duplicates: CaptureDuplicates?
    var signedPort = SignedPort()
    /// Sorts the datagrams to that port.
    var gate = HintGate()
    private var doorList: UInt32 = 0
    var onlyIPv4 = false
    private var announced = Announced()
    private let jail: Jail

    private init(channel: RoleChannel, link: RoleChannel, jail: Jail) {
        reports = ReportSender(channel: channel)
        self.link = link
        self.jail = jail
    }

    /// Runs the role in this process, on the channels that it was started with. The process exits when the Doorkeeper
    /// has gone.
    package static func run(channel: Descriptor, link: Descriptor, jail: Jail) throws(SystemError) -> Never {
        // The role exits when its channel closes. `pkill knockd` matches parts of names, and must not end this role
        // before the Doorkeeper has closed its doors.
        Signals.ignoreAll()
        ThisProcess.setName(RoleName.listener)
        // For a daemon that was given a capability that is permitted but not in effect.
        Capabilities.raise()
        let listener = Listener(
            channel: try RoleChannel(channel, messageSize: RoleMessage.size),
            link: try RoleChannel(link, messageSize: CandidateBatch.messageSize), jail: jail)
        listener.loop()
        // The jail does not let libpcap clean up; the kernel does.
        withExtendedLifetime(listener) { ThisProcess.exit(0) }
    }

    private func loop() {
        while true {
            let now = Clock.monotonic()
            matcher?.expire(at: now) { report($0, at: now) }
            reports.tellLeftOut(now: now)
            if let counts = gate.takeCounts(now: now) { send(.signedCounts(counts)) }
            reports.sendWaiting()
            let interests =
                [
                    Poller.Interest(reports.channel.descriptor.number, forRoom: reports.isWaiting),
                    Poller.Interest(link.descriptor.number, forRoom: gate.isWaiting),
                ] + captures.map { Poller.Interest($0.socket.descriptor) }
                + captures.map { Poller.Interest(gate.restsUntil > now ? -1 : $0.signed?.descriptor ?? -1) }
            let ready = Poller.wait(interests, timeout: timeout(now))
            let present = captures
            // Before the datagrams, since their keys may be new.
            if ready[1] { takeHints() }
            for (capture, isReady) in zip(present, ready.dropFirst(2)) where isReady { takePackets(capture, &matcher) }
            for (capture, isReady) in zip(present, ready.dropFirst(2 + present.count)) where isReady {
                takeSigned(capture, &gate)
            }
            gate.endTurn(now: Clock.monotonic())
            followFloods(now: now)
            gate.send(over: link, now: now)
            if ready[0], !takeControls() { return }
        }
    }

    private func timeout(_ now: Milliseconds) -> Milliseconds? {
        [
            matcher?.nextExpiry, reports.nextTelling, gate.nextTelling, gate.nextLook,
            gate.restsUntil > now ? gate.restsUntil : nil,
        ].compactMap { $0 }.min().map { $0 - now }
    }

    /// Handles the waiting controls, up to one complete door list. Packets get their turn before the next list:
    /// otherwise one reload after another could keep them waiting for longer than the kernel buffers them. False if the
    /// role must exit.
    private func takeControls() -> Bool {
        while true {
            switch reports.channel.receive() {
            case .message(let bytes):
                guard let control = ListenerControl(bytes), obey(control) else { return false }
                if case .apply = control { return true }
            case .nothing: return true
            case .closed, .wrongSize: return false
            }
        }
    }

    private func obey(_ control: ListenerControl) -> Bool {
        switch control {
        case .capture(let interface, let isLoopback, let onlyIPv4):
            guard matcher == nil else { return false }
            self.onlyIPv4 = onlyIPv4
            openCapture(interface, isLoopback: isLoopback)
        case .release(let interface): release(interface)
        case .report(let extent): reports.extent = extent
        case .ping: send(.pong)
        case .localAddress(let address): announced.addresses.insert(address)
        case .door(let door): announced.doors.append(door)
        case .signedPort(let port): signedPort.number = port
        case .apply(let doorList): return apply(doorList)
        }
        return true
    }

    private func openCapture(_ interface: String, isLoopback: Bool) {
        do {
            let socket = try CaptureSocket(interface: interface)
            guard let linkType = LinkType(rawValue: socket.linkType) else {
                return send(
                    .captureFailed(interface: interface, reason: "unsupported link-layer type: \(socket.linkType)"))
            }
            // Drops all packets until the doors are known.
            try socket.setFilter(nil, admitsVLANs: false)
            captures.append(
                Capture(
                    interface: interface, socket: socket, decoder: PacketDecoder(linkType: linkType),
                    isLoopback: isLoopback, number: .max - UInt32(captures.count)))
        } catch {
            send(.captureFailed(interface: interface, reason: error.description))
        }
    }

    private func release(_ interface: String) {
        released += captures.filter { $0.interface == interface }
        captures.removeAll { $0.interface == interface }
    }

    /// Replaces the doors, and enters the jail if the role is not in it yet.
    private func apply(_ doorList: UInt32) -> Bool {
        let (doors, addresses) = (announced.doors, announced.addresses)
        var isExact =
            FilterExpression.canNamePorts(of: doors)
            && FilterExpression.canNameHosts(of: doors, localAddresses: addresses)
        for capture in captures where !putFilter(on: capture) { isExact = false }
        if !isExact { send(.filterTooLarge) }
        let isFirst = matcher == nil
        listenForSigned(isFirst: isFirst)
        if isFirst {
            let hash = SipHash(key0: ThisProcess.randomNumber(), key1: ThisProcess.randomNumber())
            matcher = SequenceMatcher(doors: doors, localAddresses: addresses, hash: hash)
            let seesTwice = captures.count > 1 || captures.contains { $0.interface == NetworkInterface.any }
            duplicates = seesTwice ? CaptureDuplicates(hash: hash) : nil
        } else {
            matcher?.replace(doors: doors, localAddresses: addresses)
        }
        self.doorList = doorList
        announced = Announced()
        if isFirst {
            do {
                let fences = try jail.enterAsListener(
                    channels: [reports.channel.descriptor, link.descriptor],
                    descriptors: Self.descriptors(captures.count),
                    trap: JailReport.trap)
                send(.jail(.entered(fences)))
            } catch {
                send(.failure("the jail cannot be built: \(error)"))
                return false
            }
        }
        // The hints may have come first.
        if isFirst, signedPort.number != nil, !gate.hasHints {
            signedPort.unready = doorList
        } else {
            send(.ready(doorList: doorList))
        }
        return true
    }

    /// The standard descriptors and the channels; libpcap has two for each of the two captures of an interface.
    private static func descriptors(_ captures: Int) -> Int { 8 + 4 * captures }

    /// Installs the filter for the new doors; false if the kernel accepts only one that lets all packets through.
    private func putFilter(on capture: Capture) -> Bool {
        let expression = FilterExpression.text(
            doors: announced.doors, localAddresses: announced.addresses, onlyIPv4: onlyIPv4)
        let admitsVLANs = announced.doors.contains { $0.vlan != nil }
        do {
            try capture.socket.setFilter(expression, admitsVLANs: admitsVLANs)
            return true
        } catch {
            // The addresses can be too many as well. The matcher judges every packet itself.
            do {
                try capture.socket.setFilter(onlyIPv4 ? "ip" : "ip or ip6", admitsVLANs: admitsVLANs)
            } catch {
                lose(capture, error.description)
            }
            return false
        }
    }

    /// Stops capturing at an interface that has failed; the others continue.
    func lose(_ capture: Capture, _ reason: String) {
        release(capture.interface)
        send(.captureFailed(interface: capture.interface, reason: reason))
    }

    /// - Parameter matcher: this Listener's own, passed so that exclusive access is checked once for all packets.
    private func takePackets(_ capture: Capture, _ matcher: inout SequenceMatcher?) {
        let now = Clock.monotonic()
        do {
            try capture.socket.receive { bytes in
                // Packets that cannot be knocks are not reported.
                guard let frame = try? capture.decoder.decodeFrame(bytes) else { return }
                receive(frame, bytes, from: capture, at: now, &matcher)
            }
        } catch {
            lose(capture, error.description)
        }
    }

    private func receive(
        _ frame: Frame, _ bytes: RawSpan, from capture: Capture, at now: Milliseconds, _ matcher: inout SequenceMatcher?
    ) {
        let packet = frame.packet
        let isOnLoopback = capture.isLoopback || frame.isOnLoopback
        guard packet.source.canBePeer(onLoopback: isOnLoopback), !onlyIPv4 || packet.source.isIPv4 else { return }
        let interface = frame.interface == 0 ? capture.number : frame.interface
        guard duplicates?.ofSequences.isNew(frame, in: bytes, on: interface, at: now) ?? true else { return }
        if reports.extent == .everything {
            reports.sendForLog(.packet(packet, length: bytes.byteCount), .packet, now: now)
        }
        matcher?.receive(packet, at: now) { report($0, at: now) }
    }

    private func report(_ outcome: SequenceMatcher.Outcome, at now: Milliseconds) {
        switch outcome {
        case .completed(let door, _):
            reports.sendProof(.outcome(outcome, doorList: doorList), at: door, now: now)
        case .stage, .timedOut, .reset:
            if reports.extent != .nothing {
                reports.sendForLog(.outcome(outcome, doorList: doorList), .attempt, now: now)
            }
        }
    }

    func send(_ report: ListenerReport) { reports.send(report) }
}
