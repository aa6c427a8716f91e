import Base
import Decoding
import DoorControl
import Doorkeeper
import Doors
import Events
import Hints
import Keys
import Packets
import SignedKnocks

/// Signed knocks of a simulation.
extension SimulatedDoors {
    /// Judges a packet if it is a datagram to the signed port, and does what the daemon would do.
    func receiveSigned(_ frame: Frame, in bytes: RawSpan) {
        let packet = frame.packet
        guard let port = signed?.port, packet.transport == .udp, packet.destinationPort == port, packet.vlan == nil
        else {
            return
        }
        let payload = (frame.datagram ?? 0..<0).compactMap { try? bytes.uint8(at: $0) }
        let knock = UnverifiedKnock(
            source: packet.source, isOnLoopback: place.isOnLoopback || frame.isOnLoopback, bytes: payload)
        guard let knock, let outcome = signed?.judge(knock, now: now) else {
            return refuse(.length, from: nil, door: "", packet.source)
        }
        switch outcome {
        case .diagnosed(let event): tell(event)
        case .refused(let reason, let key, let door): refuse(reason, from: key, door: door, packet.source)
        case .grant(let grant, let signature):
            guard let door = signedDoors[signature.spent.door] else { return }
            admit(Claim(grant, at: door, from: packet.source, signature))
        }
    }

    func refuse(_ reason: RejectReason, from key: Event.KeyLabel?, door: String, _ source: IPAddress) {
        if key == nil { summary.addNoise() }
        let name = door.isEmpty ? "" : "\(door): "
        let what = key.map { "signed knock from \($0)" } ?? "datagram to the signed port"
        tell("\(source): \(name)\(what) refused at step \(reason.step): \(reason.words)")
    }

    /// Total of datagrams that were no signed knocks.
    var signedLines: [String] {
        guard signed != nil else { return [] }
        return ["\(Counted.text(summary.noise, "datagram")) to the signed port ignored: no signed knocks"]
    }
}
