package import Base
import Doors
import Keys
import Ledger
import Linux
import SignedKnocks

/// What the Doorkeeper has to know for signed knocks.
struct SignedState {
    /// The two ends of the channel between Listener and Verifier. They are kept here, so that either can be replaced
    /// without the other.
    let link: (listener: Descriptor, verifier: Descriptor)
    /// Wakes when the wall clock was set, and when a generation retires.
    let clock: ClockWatch
    /// Wakes when a key file may have changed.
    let files: FileWatch

    var keyring = Keyring()
    var replay: ReplayCache
    /// Whether the Listener that runs can capture signed knocks.
    var isListenerAble = false
    /// Where the keys are; nil before the first time.
    private var keyDirectory: String?
    /// Whether the ledger has seen all knocks of the keys.
    var trust = ReplayTrust(ledgerID: nil)
    /// Whether the ledger was lost that knows which generations were used.
    var isUseUnknown = false
    /// Places in the configuration of the doors that take signed knocks, by their names.
    var doors: [String: Int] = [:]
    /// Which signed knocks they let in.
    var policy = AccessPolicy(doors: [])
    /// What the Verifier that runs has been told.
    var verifierKnowledge = VerifierKnowledge()
    /// When the Verifier last said that the Listener misbehaves.
    var listenerAccusedAt: Milliseconds?
    /// What the Verifier said before it ended.
    var verifierFailure: String?
    /// The generations that count, as they were told last; nil before the first time.
    var usable: [GenerationID]?
    /// Why changes of the key files are not seen.
    var watchFault: SystemError?
    /// What is wrong with the keys, and when that is told again.
    var faults = KeyFaults()
    /// Whether none of the keys of any door can be used, and there is nothing else that opens one.
    var isEveryDoorShut = false
    /// Keys that are in force though their files would be refused at the next start.
    var fromMemory: Set<KeyName> = []
    /// Keys whose files are for another server than this.
    var foreign: Set<KeyName> = []
    /// Held while these keys are used.
    var keyLock: KeyDirectoryLock?
    /// Whether another daemon has it, so that no key is used here.
    var isKeyLockTaken = false
    /// The generations that programs beside the daemon were told of, and where they come from.
    var inForce = KeysInForce()
    /// Whether roles have been told of keys, and programs beside the daemon have not.
    var mustTellOfKeys = false
    /// When to read the key files anew: changes come in bursts.
    var readKeysAt: Milliseconds?
    /// When to look for rotations that nobody uses, and which were warned of when.
    var warnAt: Milliseconds? = 0
    var warned: [GenerationID: Milliseconds] = [:]
    var counts = SignedCounts()

    init(window: Milliseconds) throws(SystemError) {
        replay = ReplayCache(window: TimeWindow(span: window))
        let (listener, verifier) = try RoleChannel.socketPair()
        link = (listener, verifier)
        clock = try ClockWatch()
        files = try FileWatch()
    }

    /// Takes back what was found at the start.
    ///
    /// - Returns: why knocks may have been spent of which nothing is known.
    mutating func takeBack(_ found: RecordedReplayState) -> ReplayLoss? {
        restore(found.state)
        trust = ReplayTrust(ledgerID: found.ledgerID)
        isUseUnknown = found.isUseUnknown
        if found.loss != nil { _ = replay.stateIsLost(now: Clock.wallMilliseconds(), monotonic: Clock.monotonic()) }
        return found.loss
    }

    /// Takes back what the ledger has.
    mutating func restore(_ state: ReplayState) {
        for knock in state.spent { replay.restore(knock) }
        for (generation, floor) in state.floors { replay.restore(floor: floor, of: generation) }
        keyring.restore(state.uses)
    }

    /// Says where the keys are from now on. In another directory may be another ledger's mark.
    mutating func take(keyDirectory: String) {
        if keyDirectory == self.keyDirectory { return }
        self.keyDirectory = keyDirectory
        trust.directoryDiffers()
        (keyLock, isKeyLockTaken) = (nil, false)
    }

    /// No key is used any more.
    mutating func disableKeys() {
        (keyDirectory, keyLock, isKeyLockTaken) = (nil, nil, false)
        trust.directoryDiffers()
        (fromMemory, faults) = ([], KeyFaults())
    }
}

/// What is counted of datagrams to the signed port, and told once a minute.
package struct SignedCounts {
    /// What has come since it was last told.
    package typealias News = (noise: UInt64, wrongTags: UInt64, leftOut: UInt64)

    package private(set) var (noise, wrongTags, leftOut) = (Counter(), Counter(), Counter())
    /// When to tell; nil while nothing was counted.
    package private(set) var tellAt: Milliseconds?

    package init() {}

    package mutating func add(noise: UInt64 = 0, wrongTags: UInt64 = 0, leftOut: UInt64 = 0, now: Milliseconds) {
        self.noise.add(noise)
        self.wrongTags.add(wrongTags)
        self.leftOut.add(leftOut)
        tellAt = tellAt ?? now + DoorkeeperLimits.countsPause
    }

    /// What has come, once it is time to tell it.
    package mutating func take(now: Milliseconds) -> News? {
        guard let moment = tellAt, moment <= now else { return nil }
        tellAt = nil
        return (noise.report(), wrongTags.report(), leftOut.report())
    }
}
