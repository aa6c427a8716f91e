package import Confinement

/// A jailed role's report about its jail, with message kinds that its other reports do not use.
package enum JailReport: Equatable {
    /// The role is in its jail, with these restrictions in force.
    case entered(Jail.Fences)
    /// The role has made a system call that is not on its list, and exits.
    case trapped(call: UInt32)

    private enum Kind: UInt8 {
        case entered = 200
        case trapped = 201
    }

    /// The message sent on a forbidden call. A signal handler can only write the call's number into a prepared message.
    package static var trap: TrapMessage { TrapMessage(JailReport.trapped(call: 0).message, numberAt: 1) }

    package var message: [UInt8] {
        switch self {
        case .entered(let fences): MessageWriter.message(Kind.entered) { fences.put(into: &$0) }
        case .trapped(let call): MessageWriter.message(Kind.trapped) { $0.put(call) }
        }
    }

    /// Reads the message of a jailed role: a report of its own, or one of its jail.
    ///
    /// - Parameters:
    ///   - own: reads what stands behind a kind of its own.
    ///   - jail: makes a report of the role of one of its jail.
    package static func reading<Kind: RawRepresentable<UInt8>, Report>(
        _ message: [UInt8], own: (Kind, inout MessageReader) -> Report?, jail: (JailReport) -> Report
    ) -> Report? {
        var reader = MessageReader(message)
        guard let number = reader.take(UInt8.self) else { return nil }
        let report =
            if let kind = Kind(rawValue: number) {
                own(kind, &reader)
            } else {
                JailReport(number, &reader).map(jail)
            }
        return reader.isAtEnd ? report : nil
    }

    /// Nil if the kind is neither of these, or the message is malformed.
    private init?(_ kind: UInt8, _ reader: inout MessageReader) {
        switch Kind(rawValue: kind) {
        case .entered:
            guard let fences = Jail.Fences(reading: &reader) else { return nil }
            self = .entered(fences)
        case .trapped:
            guard let call = reader.take(UInt32.self) else { return nil }
            self = .trapped(call: call)
        case nil: return nil
        }
    }
}

extension Jail.Fences {
    fileprivate func put(into writer: inout MessageWriter) {
        writer.put(listsCalls)
        writer.put(landlock)
        // 0: nothing in it is secret; 1: it is locked; 2: it is not locked.
        writer.put(locksMemory.map { $0 ? 1 : 2 } ?? 0 as UInt8)
        writer.put(kept.rawValue)
        writer.put(listFault)
        writer.put(landlockFault)
    }

    fileprivate init?(reading reader: inout MessageReader) {
        guard let listsCalls = reader.takeFlag(), let landlock = reader.take(UInt8.self),
            let memory = reader.take(UInt8.self), memory <= 2, let kept = reader.take(UInt8.self), kept < 16,
            let listFault = reader.take(UInt8.self), listFault == 0 || !listsCalls,
            let landlockFault = reader.take(UInt8.self), landlockFault == 0 || landlock == 0
        else { return nil }
        self.init(
            kept: Privileges.Kept(rawValue: kept), listsCalls: listsCalls, listFault: listFault, landlock: landlock,
            landlockFault: landlockFault, locksMemory: memory == 0 ? nil : memory == 1)
    }
}
