import Base
package import Packets
package import SignedKnocks

/// Events of signed knocks.
package enum SignedEvent: Equatable, Sendable {
    /// - Parameter sender: the datagram's source, if it is not the address to open for.
    case knock(from: Event.KeyLabel, door: String, source: IPAddress, sender: IPAddress?)
    /// - Parameter door: empty if it is not known.
    case refused(RejectReason, from: Event.KeyLabel, door: String, source: IPAddress)
    case atAnotherTime(from: Event.KeyLabel, source: IPAddress, skewSeconds: Int)
    case byRetired(from: Event.KeyLabel, source: IPAddress)
    case close(from: Event.KeyLabel, door: String, source: IPAddress, sender: IPAddress?, isHeld: Bool)
    case nothingToClose(from: Event.KeyLabel, door: String, source: IPAddress, sender: IPAddress?)
    case portFlooded
    case portQuiet
    /// Counts of the last minute.
    case counts(noise: UInt64, wrongTags: UInt64, leftOut: UInt64)

    var facts: EventFacts {
        switch self {
        case .knock(let key, let door, let source, let sender):
            EventFacts("signed knock from \(key)\(Self.sent(by: sender))", door: door, from: source)
        case .refused(let reason, let key, let door, let source):
            EventFacts(
                "signed knock from \(key) refused: \(reason.words)", door: door.isEmpty ? nil : door, from: source)
        case .atAnotherTime(let key, let source, let skew):
            EventFacts(
                "signed by \(key) for another time: clocks differ by \(skew) s, or an old knock was sent again",
                from: source)
        case .byRetired(let key, let source):
            EventFacts("signed by \(key), which is no longer valid", from: source)
        case .close(let key, let door, let source, let sender, let isHeld):
            EventFacts(
                "close from \(key)\(Self.sent(by: sender))\(isHeld ? ", others hold it open" : "")", door: door,
                from: source)
        case .nothingToClose(let key, let door, let source, let sender):
            EventFacts(
                "close from \(key)\(Self.sent(by: sender)), which does not hold it open", door: door, from: source)
        case .portFlooded: EventFacts("signed port: under flood, invalid datagrams are dropped in the kernel")
        case .portQuiet: EventFacts("signed port: quiet again")
        case .counts(let noise, let wrongTags, let leftOut):
            EventFacts(
                "signed port, the last minute: \(Counted.text(noise, "datagram")) without a valid hint, "
                    + "\(wrongTags) with a wrong tag, \(leftOut) over their share")
        }
    }

    private static func sent(by sender: IPAddress?) -> String { sender.map { ", sent by \($0)" } ?? "" }
}
