import Base
import Capture
import Decoding
import Hints
import Knocks
import Linux
import Messages
import Packets

/// Captures of signed knocks.
extension Listener {
    /// Opens the captures for signed knocks, which is possible only before the jail, and installs their filters.
    func listenForSigned(isFirst: Bool) {
        for index in captures.indices {
            let interface = captures[index].interface
            do {
                if isFirst, signedPort.number != nil {
                    captures[index].signed = try CaptureSocket(interface: interface, isImmediate: true)
                }
                if let socket = captures[index].signed { try putFilter(on: socket) }
            } catch {
                send(.captureFailed(interface: interface, reason: error.description))
            }
        }
    }

    /// Installs the filter, with the hints if the kernel accepts so long a program.
    ///
    /// The kernel's room for it may be small (net.core.optmem_max), and includes the old filter until that is replaced.
    /// Without the hints junk costs more time, but no knock is kept out.
    private func putFilter(on socket: CaptureSocket) throws(CaptureSocket.CaptureError) {
        let filter = signedPort.number.map { SignedFilter.text(port: $0, onlyIPv4: onlyIPv4) }
        let rules = signedPort.kernelRules
        let narrowing = rules.passAll ? nil : HintFilter.program(for: rules, networkHeader: socket.networkHeader)
        func narrow() -> Bool {
            guard let narrowing else { return false }
            do {
                try socket.setFilter(filter, admitsVLANs: false, narrowing: narrowing)
                return true
            } catch {
                return false
            }
        }
        if narrow() { return }
        try socket.setFilter(filter, admitsVLANs: false)
        _ = narrow()
    }

    /// Adds the rules for hints to the kernel's filter when a flood begins, and removes them when it ends.
    func followFloods(now: Milliseconds) {
        if let isFlooded = gate.followFloods(now: now) { send(.signedPortFlooded(isFlooded)) }
        guard signedPort.kernelRules != gate.kernelRules else { return }
        signedPort.kernelRules = gate.kernelRules
        for capture in captures {
            guard let socket = capture.signed else { continue }
            do {
                try putFilter(on: socket)
            } catch {
                lose(capture, error.description)
            }
        }
    }

    /// Reads the hints that the Verifier has sent.
    func takeHints() {
        for _ in 0..<ListenerLimits.hintMessagesATurn {
            guard case .message(let bytes) = link.receive() else { return }
            guard let hints = HintBatch(bytes), gate.add(hints), let first = signedPort.unready else { continue }
            signedPort.unready = nil
            send(.ready(doorList: first))
        }
    }

    /// Reads the waiting datagrams.
    ///
    /// - Parameter gate: this Listener's own, passed so that exclusive access is checked once for all packets.
    func takeSigned(_ capture: Capture, _ gate: inout HintGate) {
        let now = Clock.monotonic()
        gate.beginTurn()
        do {
            try capture.signed?.receive { bytes in
                guard let frame = try? capture.decoder.decodeFrame(bytes), let datagram = frame.datagram,
                    frame.packet.destinationPort == signedPort.number, !onlyIPv4 || frame.packet.source.isIPv4
                else { return }
                let interface = frame.interface == 0 ? capture.number : frame.interface
                guard duplicates?.ofSigned.isNew(frame, in: bytes, on: interface, at: now) ?? true else { return }
                gate.handle(
                    bytes, datagram, from: frame.packet.source, isOnLoopback: capture.isLoopback || frame.isOnLoopback,
                    now: now)
            }
        } catch {
            lose(capture, error.description)
        }
    }
}
