package import Base

/// Limits of what roles, names and keys cost the Doorkeeper; docs/LIMITS.md lists the limits of all modules.
package enum DoorkeeperLimits {
    /// Lines about attempts, which anybody can cause; further ones are left out, and their number is told. The Listener
    /// has half of that for itself, so that what it lets through is written.
    package static let attemptLines: (burst: Int, count: Int, interval: Milliseconds) = (1024, 2, 1000)
    /// Lines about junk at the signed port; further ones are left out, and their number is told.
    package static let junkLines: (burst: Int, count: Int, interval: Milliseconds) = (16, 1, 10_000)
    /// Lines about refused sequences of each door, and about refused knocks of each key; further ones are left out, and
    /// their number is told. The Verifier has half of that for each generation.
    package static let refusalLines: (burst: Int, count: Int, interval: Milliseconds) = (64, 1, 5000)
    /// Lines that follow from proofs at each door and repeat themselves; further ones are left out, and their number is
    /// told.
    package static let detailLines: (burst: Int, count: Int, interval: Milliseconds) = (256, 1, 1000)
    /// How long a count of lines is kept after its last one; by then each is full again.
    package static let linesKept: Milliseconds = 600_000
    /// How often at most the log tells what is only counted of datagrams to the signed port.
    package static let countsPause: Milliseconds = 60_000
    /// Reports of the Listener that are taken in one go; the rest waits, so that deadlines and signals get their turn.
    package static let reportsATurn = 16
    /// Reports that are taken of a Listener that is to go, more than a channel holds; the rest is lost.
    package static let lastReports = 4096
    /// Reports of the Verifier that are taken in one go; the rest waits. Orders among them share one transaction.
    package static let verifierReportsATurn = 64
    /// How long an order may have waited for the Doorkeeper beyond the time window; a later one is refused.
    package static let orderDelay: Milliseconds = 10_000
    /// Controls that wait for a role, a configuration as one: the Verifier has at most 1,024 orders open, each of
    /// which is answered once, and few other things wait for it. A role that is further behind is ended.
    package static let waitingOrders = 1024 + 32
    /// From one question whether a role is well to the next, and the longest that an answer may take; one that has said
    /// nothing by then is ended.
    package static let roleAnswer: Milliseconds = 10_000
    /// How long a role may go on that has closed its channel; then it is ended.
    package static let roleHangUp: Milliseconds = 1000
    /// The first pause before another role is started in the place of one that has ended; it doubles with each that
    /// ends.
    package static let firstRolePause: Milliseconds = 100
    /// The longest such pause.
    package static let longestRolePause: Milliseconds = 2000
    /// How long a role must have run for the pauses to be short again.
    package static let provenRole: Milliseconds = 30_000
    /// How long the daemon waits at its end for the roles that it has ended.
    package static let rolesEnd: Milliseconds = 1000
    /// How soon after its last accusation of a Listener a Verifier that accuses the next one is ended too.
    package static let accusation: Milliseconds = 60_000
    /// The first pause before interfaces that could not be captured are tried again; it doubles with each try.
    package static let firstCapturePause: Milliseconds = 2000
    /// The longest such pause while nothing is captured.
    package static let longestCapturePause: Milliseconds = 32_000
    /// The longest such pause while something is captured: each try takes the attempts in progress away.
    package static let longestCapturePauseWhileListening: Milliseconds = 300_000
    /// How long changes of interfaces, which come in bursts, are left to settle; then they are looked at together.
    package static let interfacesSettle: Milliseconds = 50
    /// How long changes of key files are left to settle; then they are read together.
    package static let keysSettle: Milliseconds = 100
    /// Keys that a line names which the next start would refuse; of more it tells the number.
    package static let namedKeys = 8
    /// Bytes of the note in which another daemon says what it has read; a larger one is ignored.
    package static let readingBytes = 8192
    /// Addresses whose names are known; for one more the one learned first goes.
    package static let knownNames = 1024
    /// How long a name is known; then it is asked for again.
    package static let nameLife: Milliseconds = 300_000
    /// How long it is known that an address has no name; then it is asked for again.
    package static let noNameLife: Milliseconds = 60_000
    /// Questions for names that wait; the line of one more goes without a name, unless it is about a proof and a
    /// stranger's question goes for it.
    package static let waitingNames = 64
    /// How many of these strangers may put; the line of one more goes without a name.
    package static let waitingNamesOfStrangers = 48
    /// How long a question for a name is of use, and an answer may take: no line waits longer.
    package static let nameWait: Milliseconds = 2000
    /// How long the answer to a stranger's question may take while a proof's waits; then the Resolver is ended. A name
    /// server that never answers must not keep out the names of those who come in.
    package static let nameWaitWithStrangers: Milliseconds = 500
    /// The pause after one Resolver has failed before another is started; lines go without names meanwhile.
    package static let resolverPause: Milliseconds = 2000
    /// Lines that wait for names; with one more the first goes without its name.
    package static let waitingLines = 1024
    /// How long a line waits for a name; then it goes without.
    package static let lineWait: Milliseconds = 2000
}
