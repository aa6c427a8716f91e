package import Base
package import Doors
import Events
package import Keys
import Packets
import SignedKnocks

/// Admits claims, holds the openings, and decides what follows from time, ended commands and configuration changes.
///
/// It is a value without side effects. Its methods return effects, to be performed in their order. `takeRecords`
/// returns what must be durable first, and `recorded` or `failed` takes the result. No claim acts before its record is
/// durable; nothing else waits for records.
package struct DoorController {
    /// The part of the configuration that it uses.
    package struct Rules: Equatable, Sendable {
        let doors: [DoorIdentity: Door]
        /// Whether openings of removed doors stay open.
        let keepsGoneDoors: Bool
        /// Keys whose files are for another server.
        let foreignKeys: Set<KeyName>

        package init(doors: [Door], keepsGoneDoors: Bool, foreignKeys: Set<KeyName> = []) {
            self.foreignKeys = foreignKeys
            self.doors = Dictionary(doors.map { ($0.identity, $0) }) { first, _ in first }
            self.keepsGoneDoors = keepsGoneDoors
        }
    }

    var rules: Rules
    var openDoors = OpenDoors()
    /// Rates of accepted claims.
    var rateLimiter: ClaimRateLimiter
    /// Sources whose completed sequences are ignored during a cooldown.
    var cooldowns = CooldownBook()
    var records = RecordBook()
    /// Claims that wait until the record of an earlier claim at their opening is decided.
    var deferred: [Claim] = []
    /// Last claim of each holder of an opening, for a later refusal.
    var lastClaims: [OpeningKey: [Holder: Claim]] = [:]
    var leftovers = Leftovers()
    /// Nil until the daemon begins to end.
    var ending: Ending?
    var effects: [DoorEffect] = []
    /// Returns a second since 1970 as `HH:MM:SS`, for lines with the end of an opening.
    let timeOfDay: @Sendable (Int) -> String
    /// Returns whether a process of an earlier run still runs.
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

    // MARK: State

    /// All openings, in no order.
    package var openings: [Opening] { openDoors.all }

    /// When to call `advance` next. It may be too early, but is never too late.
    package func nextDeadline(_ now: Milliseconds) -> Milliseconds? {
        [openDoors.nextDeadline, records.due, leftovers.nextDeadline(now), ending.flatMap { $0.nextDeadline(now) }]
            .compactMap { $0 }.min()
    }

    // MARK: Rules

    /// Sets the number of keys, for the shares at doors that accept all of them.
    package mutating func setKeyCount(_ count: Int) {
        openDoors.keyCount = count
        rateLimiter.keyCount = count
    }

    /// Sets the number of doors with a sequence, for their shares.
    package mutating func setSequenceCount(_ count: Int) { rateLimiter.doorCount = count }

    /// Replaces the doors after a change of one-time files. It changes no opening.
    package mutating func replaceDoors(_ rules: Rules) { self.rules = rules }

    /// Applies a reloaded configuration, its rates included.
    package mutating func apply(
        _ rules: Rules, rates: (source: RateLimit, total: RateLimit), sequenceCount: Int, now: Moment
    ) -> [DoorEffect] {
        rateLimiter.setRates(source: rates.source, total: rates.total)
        setSequenceCount(sequenceCount)
        return apply(rules, now: now)
    }

    /// Applies reloaded rules: it ends the holds that they would not grant, and runs repaired stop commands.
    package mutating func apply(_ rules: Rules, now: Moment) -> [DoorEffect] {
        self.rules = rules
        let outcomes = openDoors.end(now: now.sinceBoot) { key, hold in !rules.grants(hold, of: key) }
        if !outcomes.isEmpty { tell(.opening(.holdsNotGranted(outcomes.count))) }
        perform(outcomes.flatMap(\.steps), now: now)
        perform(openDoors.mend { rules.commands(for: $0) }, now: now)
        return takeEffects()
    }

    /// Ends the holds of revoked generations.
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

    /// Runs everything that is due.
    package mutating func advance(to now: Moment) -> [DoorEffect] {
        closeDue(now)
        advanceLeftovers(now)
        return takeEffects()
    }

    /// Runs the stop commands that are due.
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

    /// The end of an opening as the time of day.
    func endTime(of opening: Opening, _ now: Moment) -> String { timeOfDay(now.wallSecond(at: opening.deadline)) }
}

extension DoorController.Rules {
    /// Whether the configuration would grant a hold: its door exists and admits its holder, and the holder's key is for
    /// this server.
    func grants(_ hold: Hold, of key: OpeningKey) -> Bool {
        guard let door = doors[key.door] else { return keepsGoneDoors }
        if door.reloadKeeps { return true }
        guard door.actions(for: key.address)?.stop != nil else { return false }
        let isForeign = hold.holder.keyName.map { foreignKeys.contains($0) } ?? false
        return door.admits(hold.holder) && !isForeign
    }

    /// The commands that the door now has for an opening; nil if there is no such door.
    func commands(for opening: Opening) -> OpeningCommands? {
        guard let door = doors[opening.key.door], let actions = door.actions(for: opening.key.address) else {
            return nil
        }
        return OpeningCommands(of: door, actions, for: opening.values)
    }
}
