import Keys
package import SignedKnocks

extension RejectReason {
    /// The reason in words, with the remedy if the sender has one.
    package var words: String {
        switch self {
        case .length: "wrong length (expected 120 bytes)"
        case .unknownHint: "no key has this hint now"
        case .wrongTag: "its tag is wrong"
        case .generationEnded: "this generation of the key is no longer valid"
        case .hintOfAnotherEpoch: "its hint does not match its timestamp"
        case .unknownOperation: "it asks for an unknown operation"
        case .secondsInClose: "a close must not name seconds"
        case .reservedNotZero: "its reserved bytes are not zero"
        case .malformedDoor: "its door's name is malformed"
        case .addressNotAllowed: "no door opens for the address it names"
        case .sourceNotAllowed: "no host has this address"
        case .outsideWindow(let skew): "the clocks differ by \(Self.seconds(skew)) s"
        case .unknownDoor: "there is no such door"
        case .keyNotListed: "the door does not list this key"
        case .impossibleOperation: "the door has no command for that"
        case .addressDiffers: "it names another address than it comes from"
        case .addressMissing: "it names no address, and the door requires one"
        case .belowFloor(let until):
            "knocks of this key are valid again from \(Timestamp.text(UnixSeconds(clamping: until / 1000 + 1))) on"
        case .replayed: "it was sent before"
        case .overtaken: "a newer knock of this key has asked for the opposite"
        case .replayTableFull: "there is no room to remember more knocks of this key"
        case .notRecorded: "it cannot be recorded"
        case .tooManyKnocks: "too many knocks from this key"
        case .tooManyFromSource: "too many knocks from this source (SourceRate)"
        case .tooManyInAll: "too many knocks in all (TotalRate)"
        case .tooManyOpenings(let limit):
            "this key has all the openings of this door that it may have (max_openings = \(limit))"
        case .tooManyWaiting: "too many start commands are waiting"
        case .commandTooLong: "parsed command would be too long"
        }
    }

    private static func seconds(_ skew: Int64) -> String {
        let thousandths = skew.magnitude % 1000
        let sign = skew < 0 ? "-" : ""
        return "\(sign)\(skew.magnitude / 1000).\(String(1000 + thousandths).dropFirst())"
    }
}
