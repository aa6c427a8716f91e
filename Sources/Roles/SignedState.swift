import Doors
import Keys
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
    /// The ledger's number; nil until what it has was taken up, and if no ledger can be written.
    var ledgerID: String?
    /// Where the keys are; nil before the first time.
    private var keyDirectory: String?
    /// Whether the mark beside the keys names this ledger, and that it cannot was told.
    var isMarkRight = false
    var isMarkTold = false
    /// Whether the ledger was lost that knows which generations were used.
    var isUseUnknown = false
    /// Places in the configuration of the doors that take signed knocks, by their names.
    var doors: [String: Int] = [:]
    /// What the Verifier that runs has been told.
    var brief = VerifierBrief()
    /// When the Verifier last said that the Listener misbehaves.
    var listenerAccusedAt: Milliseconds?
    /// What the Verifier said before it ended.
    var verifierFailure: String?
    /// The generations that count, as they were told last; nil before the first time.
    var usable: [GenerationID]?
    /// What is wrong with key files, as it was told last.
    var toldFaults: Set<String> = []
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

    /// Says where the keys are from now on. In another directory may be another ledger's mark.
    mutating func take(keyDirectory: String) {
        if keyDirectory == self.keyDirectory { return }
        self.keyDirectory = keyDirectory
        (isMarkRight, isMarkTold) = (false, false)
    }
}

/// What is counted of datagrams to the signed port, and told once a minute.
struct SignedCounts: Equatable {
    private static let pause: Milliseconds = 60_000

    private(set) var (noise, wrongTags, leftOut, copies) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    /// When to tell; nil while nothing was counted.
    private(set) var tellAt: Milliseconds?

    mutating func add(
        noise: UInt64 = 0, wrongTags: UInt64 = 0, leftOut: UInt64 = 0, copies: UInt64 = 0, now: Milliseconds
    ) {
        self.noise = Self.sum(self.noise, noise)
        self.wrongTags = Self.sum(self.wrongTags, wrongTags)
        self.leftOut = Self.sum(self.leftOut, leftOut)
        self.copies = Self.sum(self.copies, copies)
        tellAt = tellAt ?? now + Self.pause
    }

    /// The counts, once it is time to tell them; they begin anew.
    mutating func take(now: Milliseconds) -> SignedCounts? {
        guard let moment = tellAt, moment <= now else { return nil }
        defer { self = SignedCounts() }
        return self
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? .max : sum
    }
}
