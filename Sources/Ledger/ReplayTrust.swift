import Linux

/// Replay state as it was found in the ledger, and what is to be thought of it (docs/PROTOCOL.md, "Replay state").
package struct RecordedReplayState: Sendable {
    package let state: ReplayState
    /// The ledger's random number, 32 hexadecimal digits, for the mark beside the keys; nil if no file can be written, so
    /// that no mark can tell the truth.
    package let ledgerID: String?
    /// Nothing was there that had such a number: this is the first start, or the ledger is gone.
    let wasMadeAnew: Bool
    /// It was written in another boot, or an earlier run died before it had recorded the floors of this one.
    let isOfAnotherBoot: Bool
    /// The boot that it was written in; nil if no run has recorded that.
    let formerBoot: String?
    /// A file could not be read, or something in it made no sense.
    let isDamaged: Bool

    /// Whether it is not known which generations were used.
    package var isUseUnknown: Bool { wasMadeAnew || isDamaged }

    /// Why knocks may have been spent of which nothing is known; nil if none can have been, as far as the ledger shows.
    /// One that was made anew is no loss where no other has been used with the keys: the mark beside them says so.
    package var loss: ReplayLoss? {
        if isOfAnotherBoot { return .anotherBoot(former: formerBoot) }
        if isDamaged { return .damaged }
        return ledgerID == nil ? .notWritten : nil
    }
}

/// Why knocks may have been spent of which nothing is known: all floors rise.
package enum ReplayLoss: Equatable, Sendable, CustomStringConvertible {
    /// Nobody knows what the last moments before this boot have brought to disk.
    case anotherBoot(former: String?)
    case damaged
    /// No ledger can be written.
    case notWritten
    /// The mark beside the keys is another ledger's.
    case markDiffers
    /// Another ledger may be used with these keys, and nobody will know.
    case markFails(String)

    package var description: String {
        switch self {
        case .anotherBoot(nil): "an earlier run ended before it had recorded anything"
        case .anotherBoot(let former?) where ThisProcess.isOfThisMachinesBoot(former):
            "the container has just started"
        case .anotherBoot: "the machine has just started"
        case .damaged: "the ledger was damaged"
        case .notWritten: "no ledger can be written"
        case .markDiffers: "the mark beside the keys names another ledger"
        case .markFails(let reason): "the mark beside the keys cannot be written: \(reason)"
        }
    }
}

/// Whether the ledger has seen all knocks of the keys that are used: it has if the mark beside them is its own.
package struct ReplayTrust: Sendable {
    /// Nil if no ledger can be written: then there is no mark to compare with.
    private let ledgerID: String?
    private var isMarkRight = false
    private var isMarkToBeWritten = false
    private var isFaultTold = false

    /// - Parameter ledgerID: of the ledger, once it has recorded the floors of this boot.
    package init(ledgerID: String?) {
        self.ledgerID = ledgerID
    }

    /// Other keys may lie where the mark was compared.
    package mutating func keysMayDiffer() { isMarkRight = false }

    /// The keys lie in another directory.
    package mutating func directoryDiffers() { (isMarkRight, isFaultTold) = (false, false) }

    /// Compares the mark beside the keys with the ledger.
    ///
    /// - Returns: what is lost by what it says, if that was not known; to be recorded before `writeMark`.
    package mutating func compareMark(in directory: String) -> ReplayLoss? {
        guard !isMarkRight, let ledgerID else { return nil }
        isMarkToBeWritten = false
        switch LedgerMark.check(directory: directory, id: ledgerID) {
        case .matches: isMarkRight = true
        case .absent: isMarkToBeWritten = true
        case .differs:
            isMarkToBeWritten = true
            return .markDiffers
        case .unreadable(let fault): return failure(fault, in: directory)
        }
        return nil
    }

    /// Writes the mark where it is not the ledger's, once there is a directory for it. What `compareMark` has said must be
    /// recorded before: a mark that is right says that the ledger has seen all knocks.
    ///
    /// - Returns: what is lost where it cannot be written, if that was not known.
    package mutating func writeMark(in directory: String) -> ReplayLoss? {
        guard isMarkToBeWritten, let ledgerID else { return nil }
        isMarkToBeWritten = false
        do {
            try LedgerMark.write(directory: directory, id: ledgerID)
            isMarkRight = true
            return nil
        } catch {
            return failure(error, in: directory)
        }
    }

    private mutating func failure(_ fault: PrivacyFault, in directory: String) -> ReplayLoss? {
        // A directory that is not there has no keys either.
        guard Files.exists(directory), !isFaultTold else { return nil }
        isFaultTold = true
        return .markFails(fault.message(of: directory + "/.ledger", isDirectory: false))
    }
}
