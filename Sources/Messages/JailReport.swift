package import Confinement

/// What a jailed role tells the Doorkeeper of its jail, beside its own reports and under kinds that these do not have.
package enum JailReport: Equatable {
    /// It is in, and this took hold.
    case entered(Jail.Fences)
    /// It has made a system call that its list does not have, and ends.
    case trapped(call: UInt32)

    private static let enteredKind: UInt8 = 200
    private static let trappedKind: UInt8 = 201

    /// What is sent when the kernel traps it: a signal handler can only put the number into what is ready.
    package static var trap: TrapMessage { TrapMessage(JailReport.trapped(call: 0).message, numberAt: 1) }

    package var message: [UInt8] {
        switch self {
        case .entered(let fences):
            var writer = MessageWriter(kind: Self.enteredKind)
            writer.put(UInt8(fences.listsCalls ? 1 : 0))
            writer.put(fences.landlock)
            // 0: nothing in it is secret; 1: it is locked; 2: it is not.
            writer.put(fences.locksMemory.map { $0 ? 1 : 2 } ?? 0 as UInt8)
            writer.put(fences.kept.rawValue)
            writer.put(fences.listFault)
            writer.put(fences.landlockFault)
            return writer.message
        case .trapped(let call):
            var writer = MessageWriter(kind: Self.trappedKind)
            writer.put(call)
            return writer.message
        }
    }

    /// Nil if this kind is none of these, or says nothing.
    package init?(_ kind: UInt8, _ reader: inout MessageReader) {
        switch kind {
        case Self.enteredKind:
            guard let listsCalls = reader.take(UInt8.self), listsCalls <= 1, let landlock = reader.take(UInt8.self),
                let memory = reader.take(UInt8.self), memory <= 2, let kept = reader.take(UInt8.self), kept < 16,
                let listFault = reader.take(UInt8.self), listFault == 0 || listsCalls == 0,
                let landlockFault = reader.take(UInt8.self), landlockFault == 0 || landlock == 0
            else { return nil }
            self = .entered(
                Jail.Fences(
                    kept: Privileges.Kept(rawValue: kept), listsCalls: listsCalls == 1, listFault: listFault,
                    landlock: landlock, landlockFault: landlockFault,
                    locksMemory: memory == 0 ? nil : memory == 1))
        case Self.trappedKind:
            guard let call = reader.take(UInt32.self) else { return nil }
            self = .trapped(call: call)
        default: return nil
        }
    }
}
