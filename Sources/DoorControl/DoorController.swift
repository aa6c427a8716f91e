package import Base
package import Doors
import Events
package import Keys
import Packets
import SignedKnocks

/// All that may happen to doors: it admits claims, holds the openings, and says what follows from all that ends, by the time, by
/// a command, by a change of the configuration.
///
/// It is a value and acts on nothing. What it is told and asked returns effects, to be performed in their order; what has to
/// be on the disk before more may follow is handed out by `takeRecords`, and `recorded` or `failed` says what became of it. No
/// claim acts before its record is durable, and nothing else waits for that.
package struct DoorController {
    /// What it goes by in the configuration.
    package struct Rules: Equatable, Sendable {
        let doors: [DoorIdentity: Door]
        /// Whether openings stay whose door is gone.
        let keepsGoneDoors: Bool
        /// Keys that are another server's.
        let foreignKeys: Set<KeyName>

        package init(doors: [Door], keepsGoneDoors: Bool, foreignKeys: Set<KeyName> = []) {
            self.foreignKeys = foreignKeys
            self.doors = Dictionary(doors.map { ($0.identity, $0) }) { first, _ in first }
            self.keepsGoneDoors = keepsGoneDoors
        }
    }

    var rules: Rules
    var openDoors = OpenDoors()
    /// Of claims that lead to something.
    var rateLimiter: ClaimRateLimiter
    /// Which completed sequences are ignored, since their doors have a cooldown.
    var cooldowns = CooldownBook()
    var records = RecordBook()
    /// Claims that came while another one at their opening was on its way to the disk.
    var deferred: [Claim] = []
    /// What each holder of an opening has claimed last, for a line that refuses it later.
    var lastClaims: [OpeningKey: [Holder: Claim]] = [:]
    var leftovers = Leftovers()
    /// Nil until the daemon is to end.
    var ending: Ending?
    var effects: [DoorEffect] = []
    /// `HH:MM:SS` of a second since 1970, for lines that say until when a door is open.
    let timeOfDay: @Sendable (Int) -> String
    /// Whether a process that an earlier run began has not ended yet.
    let isAlive: @Sendable (ProcessIdentity) -> Bool

    package init(
        rules: Rules, rates: (source: RateLimit, total: RateLimit), timeOfDay: @escaping @Sendable (Int) -> String,
        isAlive: @escaping @Sendable (ProcessIdentity) -> Bool
    ) {
        self.rules = rules
        rateLimiter = ClaimRateLimiter(source: rates.source, total: rates.total)
        self.timeOfDay = timeOfDay
        self.isAlive = isAlive
    }

    // MARK: What there is

    /// All openings, in no order.
    package var openings: [Opening] { openDoors.all }

    /// When to call `advance` next: perhaps too early, never too late.
    package func nextDeadline(_ now: Milliseconds) -> Milliseconds? {
        [openDoors.nextDeadline, records.due, leftovers.nextDeadline(now), ending.flatMap { $0.nextDeadline(now) }]
            .compactMap { $0 }.min()
    }

    // MARK: What it goes by

    /// How many keys there are, for the shares of doors that take all of them.
    package mutating func setKeyCount(_ count: Int) {
        openDoors.keyCount = count
        rateLimiter.keyCount = count
    }

    /// How many doors a sequence opens, likewise.
    package mutating func setSequenceCount(_ count: Int) { rateLimiter.doorCount = count }

    /// A one-time file has other lines now. It changes nothing that is open.
    package mutating func replaceDoors(_ rules: Rules) { self.rules = rules }

    /// The configuration was read anew: all that it says of doors.
    package mutating func apply(
        _ rules: Rules, rates: (source: RateLimit, total: RateLimit), sequenceCount: Int, now: Moment
    ) -> [DoorEffect] {
        rateLimiter.setRates(source: rates.source, total: rates.total)
        setSequenceCount(sequenceCount)
        return apply(rules, now: now)
    }

    /// The configuration was read anew: ends the holds that it would not grant, and runs stop commands that it has mended.
    package mutating func apply(_ rules: Rules, now: Moment) -> [DoorEffect] {
        self.rules = rules
        let outcomes = openDoors.end(now: now.sinceBoot) { key, hold in !rules.grants(hold, of: key) }
        if !outcomes.isEmpty { tell(.opening(.holdsNotGranted(outcomes.count))) }
        perform(outcomes.flatMap(\.steps), now: now)
        perform(openDoors.mend { rules.commands(for: $0) }, now: now)
        return takeEffects()
    }

    /// Generations were revoked: nothing is held open by them any more.
    package mutating func endHolds(
        now: Moment, ofRevoked isRevoked: (KeyName, GenerationID) -> Bool
    ) -> [DoorEffect] {
        let outcomes = openDoors.end(now: now.sinceBoot) { _, hold in
            guard let key = hold.holder.keyName, let generation = hold.generation else { return false }
            return isRevoked(key, generation)
        }
        if !outcomes.isEmpty { tell(.opening(.holdsRevoked(outcomes.count))) }
        perform(outcomes.flatMap(\.steps), now: now)
        return takeEffects()
    }

    // MARK: Time

    /// Does what time has brought about.
    package mutating func advance(to now: Moment) -> [DoorEffect] {
        closeDue(now)
        advanceLeftovers(now)
        return takeEffects()
    }

    /// Runs the stop commands whose time has come.
    mutating func closeDue(_ now: Moment) {
        if ending?.closesAll ?? false { openDoors.makeAllDue(at: now.sinceBoot) }
        for step in openDoors.due(at: now.sinceBoot) {
            switch step {
            case .stop(let opening), .over(let opening):
                tell(.opening(.timeout(door: opening.key.door.displayName, source: opening.key.address)))
            case .record, .begin, .start, .check, .endStart: break
            }
            perform([step], now: now)
        }
        perform(openDoors.retriesDue(at: now.sinceBoot), now: now)
    }

    // MARK: Effects

    mutating func takeEffects() -> [DoorEffect] {
        defer { effects = [] }
        return effects
    }

    mutating func tell(_ event: Event, _ publicity: DoorEffect.Publicity = .always) {
        effects.append(.tell(event, publicity))
    }

    /// Until when an opening lasts, as the time of day.
    func endTime(of opening: Opening, _ now: Moment) -> String { timeOfDay(now.wallSecond(at: opening.deadline)) }
}

extension DoorController.Rules {
    /// Whether a hold would be granted by the configuration as it is: its door is there, and lets its holder in, whose key is
    /// for this server.
    func grants(_ hold: Hold, of key: OpeningKey) -> Bool {
        guard let door = doors[key.door] else { return keepsGoneDoors }
        if door.reloadKeeps { return true }
        guard door.actions(for: key.address)?.stop != nil else { return false }
        let isForeign = hold.holder.keyName.map { foreignKeys.contains($0) } ?? false
        return door.admits(hold.holder) && !isForeign
    }

    /// What the door of an opening runs now for the knock that began it; nil if there is no such door.
    func commands(for opening: Opening) -> OpeningCommands? {
        guard let door = doors[opening.key.door], let actions = door.actions(for: opening.key.address) else {
            return nil
        }
        return OpeningCommands(of: door, actions, for: opening.values)
    }
}
