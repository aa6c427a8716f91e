package import Base
package import Hints
package import Keys
import Messages
import SignedKnocks

/// What the Doorkeeper tells the Verifier: at the start and at every change all keys, all doors, and that this was all.
package enum VerifierControl: RoleControl {
    /// A generation of a key that can be used, or that could be until it retired.
    case generation(key: KeyName, number: UInt32, isUsable: Bool, WorkingKeys)
    case door(VerifierRules.Door)
    /// The last door lists this key.
    case doorKey(KeyName, isDelegate: Bool)
    /// From now on the generations and doors since the last such control count.
    case apply(window: Milliseconds)
    /// A Listener has started, and knows no hints.
    case listenerStarted
    /// What has become of a claim; the next of this key may come.
    case decided(generation: GenerationID, nonce: Nonce, isSpent: Bool)
    case ping

    package var message: [UInt8] {
        switch self {
        case .generation(let key, let number, let isUsable, let keys):
            var writer = MessageWriter(kind: 1)
            writer.put(key.description)
            writer.put(number)
            writer.put(UInt8(isUsable ? 1 : 0))
            writer.put(keys.id)
            writer.put(keys.hint)
            writer.put(keys.encrypt)
            writer.put(keys.tag)
            return writer.message
        case .door(let door):
            var writer = MessageWriter(kind: 2)
            writer.put(door.name)
            for flag in door.flags { writer.put(UInt8(flag ? 1 : 0)) }
            writer.put(door.longest)
            return writer.message
        case .doorKey(let key, let isDelegate):
            var writer = MessageWriter(kind: 3)
            writer.put(key.description)
            writer.put(UInt8(isDelegate ? 1 : 0))
            return writer.message
        case .apply(let window):
            var writer = MessageWriter(kind: 4)
            writer.put(window)
            return writer.message
        case .listenerStarted: return MessageWriter(kind: 5).message
        case .decided(let generation, let nonce, let isSpent):
            var writer = MessageWriter(kind: 6)
            writer.put(generation)
            writer.put(nonce.bytes)
            writer.put(UInt8(isSpent ? 1 : 0))
            return writer.message
        case .ping: return MessageWriter(kind: 7).message
        }
    }

    package var isOfConfiguration: Bool {
        switch self {
        case .generation, .door, .doorKey, .apply: true
        case .listenerStarted, .decided, .ping: false
        }
    }
}

extension VerifierControl {
    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        guard let kind = reader.take(UInt8.self), let control = VerifierControl(kind, &reader), reader.isAtEnd else {
            return nil
        }
        self = control
    }

    private init?(_ kind: UInt8, _ reader: inout MessageReader) {
        switch kind {
        case 1:
            guard let key = reader.takeKeyName(), let number = reader.take(UInt32.self),
                let isUsable = reader.takeFlag(), let keys = WorkingKeys(reading: &reader)
            else { return nil }
            self = .generation(key: key, number: number, isUsable: isUsable, keys)
        case 2:
            guard let door = VerifierRules.Door(reading: &reader) else { return nil }
            self = .door(door)
        case 3:
            guard let key = reader.takeKeyName(), let isDelegate = reader.takeFlag() else { return nil }
            self = .doorKey(key, isDelegate: isDelegate)
        case 4:
            guard let window = reader.take(Milliseconds.self), window > 0 else { return nil }
            self = .apply(window: window)
        case 5: self = .listenerStarted
        case 6:
            guard let generation = reader.takeGenerationID(), let nonce = reader.takeNonce(),
                let isSpent = reader.takeFlag()
            else { return nil }
            self = .decided(generation: generation, nonce: nonce, isSpent: isSpent)
        case 7: self = .ping
        default: return nil
        }
    }
}

extension MessageReader {
    fileprivate mutating func takeKeyName() -> KeyName? { takeText().flatMap { KeyName($0) } }
}

extension WorkingKeys {
    fileprivate init?(reading reader: inout MessageReader) {
        guard let id = reader.takeGenerationID(), let hint = reader.takeSecret(WorkingKeys.size),
            let encrypt = reader.takeSecret(WorkingKeys.size), let tag = reader.takeSecret(WorkingKeys.size)
        else { return nil }
        self.init(id: id, hint: hint, encrypt: encrypt, tag: tag)
    }
}

extension VerifierRules.Door {
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
