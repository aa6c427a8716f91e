import Base
import Messages
import SignedKnocks

/// Reasons as the Verifier can give them: those of its steps, from 4 on.
extension RejectReason {
    private enum Kind: UInt8 {
        case hintOfAnotherEpoch = 1
        case unknownOperation = 2
        case secondsInClose = 3
        case reservedNotZero = 4
        case malformedDoor = 5
        case addressNotAllowed = 6
        case sourceNotAllowed = 7
        case outsideWindow = 8
        case unknownDoor = 9
        case keyNotListed = 10
        case impossibleOperation = 11
        case addressDiffers = 12
        case addressMissing = 13
        case replayed = 14
        case tooManyKnocks = 15
    }

    /// Nil for a reason that is not the Verifier's.
    private var kind: Kind? {
        switch self {
        case .hintOfAnotherEpoch: .hintOfAnotherEpoch
        case .unknownOperation: .unknownOperation
        case .secondsInClose: .secondsInClose
        case .reservedNotZero: .reservedNotZero
        case .malformedDoor: .malformedDoor
        case .addressNotAllowed: .addressNotAllowed
        case .sourceNotAllowed: .sourceNotAllowed
        case .outsideWindow: .outsideWindow
        case .unknownDoor: .unknownDoor
        case .keyNotListed: .keyNotListed
        case .impossibleOperation: .impossibleOperation
        case .addressDiffers: .addressDiffers
        case .addressMissing: .addressMissing
        case .replayed: .replayed
        case .tooManyKnocks: .tooManyKnocks
        default: nil
        }
    }

    /// One that is not the Verifier's has the number 0, which a reader takes for a fault.
    func put(into writer: inout MessageWriter) {
        writer.put(kind?.rawValue ?? 0)
        if case .outsideWindow(let skew) = self { writer.put(skew) } else { writer.put(0 as Milliseconds) }
    }

    init?(reading reader: inout MessageReader) {
        guard let kind = reader.takeKind(Kind.self), let skew = reader.take(Milliseconds.self),
            kind == .outsideWindow || skew == 0
        else { return nil }
        switch kind {
        case .hintOfAnotherEpoch: self = .hintOfAnotherEpoch
        case .unknownOperation: self = .unknownOperation
        case .secondsInClose: self = .secondsInClose
        case .reservedNotZero: self = .reservedNotZero
        case .malformedDoor: self = .malformedDoor
        case .addressNotAllowed: self = .addressNotAllowed
        case .sourceNotAllowed: self = .sourceNotAllowed
        case .outsideWindow: self = .outsideWindow(skew: skew)
        case .unknownDoor: self = .unknownDoor
        case .keyNotListed: self = .keyNotListed
        case .impossibleOperation: self = .impossibleOperation
        case .addressDiffers: self = .addressDiffers
        case .addressMissing: self = .addressMissing
        case .replayed: self = .replayed
        case .tooManyKnocks: self = .tooManyKnocks
        }
    }
}
