import Linux

/// Replay state as found in the ledger, and how far it can be trusted (docs/PROTOCOL.md, "Replay state").
package struct RecordedReplayState: Sendable {
    package let state: ReplayState
    /// The ledger's random number, 32 hexadecimal digits, for the mark beside the keys; nil if no file can be written,
    /// since no mark could then be true.
    package let ledgerID: String?
    /// Whether no ledger with a number was found: this is the first start, or the ledger is gone.
    let wasMadeAnew: Bool
    /// Whether the floors of this boot were never recorded: the ledger is of another boot, an earlier run of this boot
    /// ended before it had recorded them, or the boot's id is unknown.
    let isOfAnotherBoot: Bool
    /// The boot in which it was written; nil if no run has recorded that.
    let formerBoot: String?
    /// Whether a file could not be read, or contained invalid rows.
    let isDamaged: Bool

    /// Whether it is unknown which generations were used.
    package var isUseUnknown: Bool { wasMadeAnew || isDamaged }

    /// Why spent knocks may be missing from the state; nil if none can be, as far as the ledger shows. A new ledger is
    /// not a loss if no other one was used with the keys, which the mark beside them shows.
    package var loss: ReplayLoss? {
        if isOfAnotherBoot { return .anotherBoot(former: formerBoot) }
        if isDamaged { return .damaged }
        return ledgerID == nil ? .notWritten : nil
    }
}

/// Why spent knocks may be missing from the state. Each reason raises all floors.
package enum ReplayLoss: Equatable, Sendable, CustomStringConvertible {
    /// The last records before this boot may be missing: the ledger may have been in /run/knockd, which a boot empties.
    case anotherBoot(former: String?)
    case damaged
    /// No ledger can be written.
    case notWritten
    /// The mark beside the keys is another ledger's.
    case markDiffers
    /// The mark cannot be read or written, so nobody would notice that another ledger is used with these keys.
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

/// Whether the ledger has seen all knocks of the keys in use: true if the mark beside them is its own.
package struct ReplayTrust: Sendable {
    /// Nil if no ledger can be written: there is no mark to compare with.
    private let ledgerID: String?
    private var isMarkRight = false
    private var isMarkToBeWritten = false
    private var isFaultTold = false

    /// - Parameter ledgerID: the ledger's number, once it has recorded the floors of this boot.
    package init(ledgerID: String?) {
        self.ledgerID = ledgerID
    }

    /// Notes that the keys in the directory may have changed since the mark was compared.
    package mutating func keysMayDiffer() { isMarkRight = false }

    /// Notes that the keys are in another directory.
    package mutating func directoryDiffers() { (isMarkRight, isFaultTold) = (false, false) }

    /// Compares the mark beside the keys with the ledger.
    ///
    /// - Returns: the loss that it reveals, if that is new; record it before `writeMark`.
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

    /// Writes the mark if it is not the ledger's, once the directory exists. First record the loss that `compareMark`
    /// returned: a matching mark says that the ledger has seen all knocks.
    ///
    /// - Returns: the loss if it cannot be written, if that is new.
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
        // A missing directory contains no keys either.
        guard Files.exists(directory), !isFaultTold else { return nil }
        isFaultTold = true
        return .markFails(fault.message(of: directory + "/.ledger", isDirectory: false))
    }
}
