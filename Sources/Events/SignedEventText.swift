import Keys
import Packets
package import SignedKnocks

/// The words for what signed knocks and keys bring about.
package enum SignedEventText {
    /// Nil for an event of another kind.
    static func text(of event: Event) -> String? {
        switch event {
        case .signedKnock(let from, let door, let source, let sender):
            "\(source): \(door): signed knock from \(from)\(sent(by: sender))"
        case .signedRefused(let reason, let from, let door, let source):
            "\(source): \(door.isEmpty ? "" : "\(door): ")signed knock from \(from) refused: \(text(of: reason))"
        case .signedAtAnotherTime(let from, let source, let skew):
            "\(source): signed by \(from), but not for now: clocks differ by \(skew) s, or an old knock was sent again"
        case .signedByRetired(let from, let source): "\(source): signed by \(from), which does not count any more"
        case .closeAsked(let key, let door, let source, let sender, let isHeld):
            "\(source): \(door): close from \(key)\(sent(by: sender))\(isHeld ? ", others hold it open" : "")"
        case .nothingToClose(let key, let door, let source, let sender):
            "\(source): \(door): close from \(key)\(sent(by: sender)), which does not hold it open"
        case .signedPortFlooded(true): "signed port: junk comes by the thousand a second"
        case .signedPortFlooded(false): "signed port: quiet again"
        case .signedCounts(let noise, let wrongTags, let leftOut):
            "signed port, the last minute: \(noise) datagrams without a live hint, \(wrongTags) with a wrong tag, "
                + "\(leftOut) over their share"
        default: textOfKeys(event)
        }
    }

    private static func sent(by sender: IPAddress?) -> String { sender.map { ", sent by \($0)" } ?? "" }

    private static func textOfKeys(_ event: Event) -> String? {
        switch event {
        case .keyFault(let diagnostic): diagnostic
        case .keysNotLocked: "the daemon's keys may be swapped out (LimitMEMLOCK=infinity helps)"
        case .keysTaken(let keys, let generations, let directory):
            "\(directory): keys: \(keys), generations that count: \(generations)"
        case .holdsRevoked(let count): "keys were revoked that hold \(count) doors open, ending that"
        case .rotationUnused(let key, let retires):
            "\(key) retires on \(Timestamp.text(retires)), and no newer generation was ever used: "
                + "does the client have it?"
        case .retiresByUseUnknown(let key):
            "\(key) retires once a newer generation is used; whether one was is not known any more, it counts until then"
        case .replayStateLost(let reason, let from): "signed knocks are valid from \(from) on (\(reason))"
        default: nil
        }
    }

    /// Why a knock was refused; with what to do where its sender can do something.
    package static func text(of reason: RejectReason) -> String {
        switch reason {
        case .length: "it has not 120 bytes"
        case .unknownHint: "no key has this hint now"
        case .wrongTag: "its tag is wrong"
        case .generationEnded: "this generation of the key does not count any more"
        case .hintOfAnotherEpoch: "its hint is not that of its own time"
        case .unknownOperation: "it neither opens nor closes"
        case .secondsInClose: "a close has no seconds"
        case .reservedNotZero: "its reserved bytes are not zero"
        case .malformedDoor: "its door's name is malformed"
        case .addressNotAllowed: "no door opens for the address it names"
        case .sourceNotAllowed: "no host has this address"
        case .outsideWindow(let skew): "the clocks differ by \(seconds(skew)) s"
        case .unknownDoor: "there is no such door"
        case .keyNotListed: "the door does not list this key"
        case .impossibleOperation: "the door has no command for that"
        case .addressDiffers: "it names another address than it comes from"
        case .addressMissing: "the door asks for the address in the knock, and it names none"
        case .belowFloor(let until):
            "knocks of this key count again from \(Timestamp.text(UnixSeconds(clamping: until / 1000 + 1))) on"
        case .replayed: "it was sent before"
        case .overtaken: "a newer knock of this key has asked for the opposite"
        case .replayTableFull: "there is no room to remember more knocks of this key"
        case .notRecorded: "it cannot be recorded"
        case .tooManyKnocks: "this key knocks too often"
        case .tooManyFromSource: "this source knocks too often (SourceRate)"
        case .tooManyInAll: "too many knocks come from everywhere (TotalRate)"
        case .tooManyOpenings(let limit):
            "the door is open for as many addresses as it may be for this key (max_openings is \(limit))"
        case .tooManyWaiting: "too many start commands wait already"
        case .commandTooLong: "parsed command would be too long"
        }
    }

    private static func seconds(_ skew: Int64) -> String {
        let thousandths = skew.magnitude % 1000
        let sign = skew < 0 ? "-" : ""
        return "\(sign)\(skew.magnitude / 1000).\(String(1000 + thousandths).dropFirst())"
    }
}

extension Event.KeyLabel: CustomStringConvertible {
    package var description: String { "\(key) (generation \(generation))" }
}
