package import Base
package import Hints
package import Keys
import Messages
import SignedKnocks

/// A message from the Doorkeeper to the Verifier. At the start and at every change come all keys and all doors, and
/// `apply`.
package enum VerifierControl: RoleControl {
    /// A generation of a key, usable now or retired.
    case generation(key: KeyName, number: UInt32, isUsable: Bool, WorkingKeys)
    case door(VerifierRules.Door)
    /// The last door lists this key.
    case doorKey(KeyName, isDelegate: Bool)
    /// Replaces the generations and doors by those received since the last `apply`.
    case apply(window: Milliseconds)
    /// A Listener has started, and has no hints.
    case listenerStarted
    /// The decision about a claim, which makes room for another of its generation.
    case decided(generation: GenerationID, nonce: Nonce, isSpent: Bool)
    case ping

    private enum Kind: UInt8 {
        case generation = 1
        case door = 2
        case doorKey = 3
        case apply = 4
        case listenerStarted = 5
        case decided = 6
        case ping = 7
    }

    package var message: [UInt8] {
        switch self {
        case .generation(let key, let number, let isUsable, let keys):
            MessageWriter.message(Kind.generation) { writer in
                writer.put(key.description)
                writer.put(number)
                writer.put(isUsable)
                keys.put(into: &writer)
            }
        case .door(let door): MessageWriter.message(Kind.door) { door.put(into: &$0) }
        case .doorKey(let key, let isDelegate):
            MessageWriter.message(Kind.doorKey) { writer in
                writer.put(key.description)
                writer.put(isDelegate)
            }
        case .apply(let window): MessageWriter.message(Kind.apply) { $0.put(window) }
        case .listenerStarted: MessageWriter.message(Kind.listenerStarted)
        case .decided(let generation, let nonce, let isSpent):
            MessageWriter.message(Kind.decided) { writer in
                writer.put(generation)
                writer.put(nonce)
                writer.put(isSpent)
            }
        case .ping: MessageWriter.message(Kind.ping)
        }
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        guard let kind = reader.takeKind(Kind.self), let control = VerifierControl(kind, reading: &reader),
            reader.isAtEnd
        else { return nil }
        self = control
    }

    private init?(_ kind: Kind, reading reader: inout MessageReader) {
        switch kind {
        case .generation:
            guard let key = reader.takeKeyName(), let number = reader.take(UInt32.self),
                let isUsable = reader.takeFlag(), let keys = WorkingKeys(reading: &reader)
            else { return nil }
            self = .generation(key: key, number: number, isUsable: isUsable, keys)
        case .door:
            guard let door = VerifierRules.Door(reading: &reader) else { return nil }
            self = .door(door)
        case .doorKey:
            guard let key = reader.takeKeyName(), let isDelegate = reader.takeFlag() else { return nil }
            self = .doorKey(key, isDelegate: isDelegate)
        case .apply:
            guard let window = reader.take(Milliseconds.self), window > 0 else { return nil }
            self = .apply(window: window)
        case .listenerStarted: self = .listenerStarted
        case .decided:
            guard let generation = reader.takeGenerationID(), let nonce = reader.takeNonce(),
                let isSpent = reader.takeFlag()
            else { return nil }
            self = .decided(generation: generation, nonce: nonce, isSpent: isSpent)
        case .ping: self = .ping
        }
    }

    package var isOfConfiguration: Bool {
        switch self {
        case .generation, .door, .doorKey, .apply: true
        case .listenerStarted, .decided, .ping: false
        }
    }
}

extension MessageReader {
    fileprivate mutating func takeKeyName() -> KeyName? { takeText().flatMap { KeyName($0) } }
}

extension WorkingKeys {
    fileprivate func put(into writer: inout MessageWriter) {
        writer.put(id)
        writer.put(hint)
        writer.put(encrypt)
        writer.put(tag)
    }

    fileprivate init?(reading reader: inout MessageReader) {
        guard let id = reader.takeGenerationID(), let hint = reader.takeSecret(WorkingKeys.size),
            let encrypt = reader.takeSecret(WorkingKeys.size), let tag = reader.takeSecret(WorkingKeys.size)
        else { return nil }
        self.init(id: id, hint: hint, encrypt: encrypt, tag: tag)
    }
}

extension VerifierRules.Door {
    fileprivate func put(into writer: inout MessageWriter) {
        writer.put(name)
        for flag in flags { writer.put(flag) }
        writer.put(longest)
    }

    fileprivate init?(reading reader: inout MessageReader) {
        guard let name = reader.takeText(), SignedKnockBody.isDoorName(name) else { return nil }
        var flags: [Bool] = []
        for _ in 0..<VerifierRules.Door.flagCount {
            guard let flag = reader.takeFlag() else { return nil }
            flags.append(flag)
        }
        guard let longest = reader.take(Milliseconds.self), longest > 0 else { return nil }
        self.init(name: name, flags: flags, longest: longest)
    }
}
