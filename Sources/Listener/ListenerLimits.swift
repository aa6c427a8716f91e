package import Base
import Messages

/// What the Listener keeps, counts and hands on of what the network sends; docs/LIMITS.md lists the limits of all
/// modules.
package enum ListenerLimits {
    /// Reports that wait for the Doorkeeper; further ones are left out. Those for the log take half of the places; a
    /// door's completed sequences take as many as it leaves free, and one in any case.
    package static let reports = 1024
    /// Lines about attempts, which anybody can cause; further ones are left out, and their number is told.
    package static let attemptLines = (burst: 512, perSecond: 1)
    /// Lines about packets, which go to standard output alone if asked for; further ones are left out, and their number
    /// is told.
    package static let packetLines = (burst: 128, perSecond: 32)
    /// How often at most the Listener tells how many lines were left out.
    package static let leftOutPause: Milliseconds = 1000
    /// Datagrams under the hints of one generation that are handed over; further ones are left out, and counted. The
    /// burst is more than the ring of a capture holds: a Listener that got no turn for a while, and then finds all that
    /// has come meanwhile, leaves out nothing that came within the rate.
    package static let datagramsOfGeneration = (burst: 4096, perSecond: 32_768)
    /// Messages that wait for the Verifier; the datagrams of further ones are left out, and counted.
    package static let waitingBatches = 64
    /// Datagrams of one generation in these messages, a quarter of their room; further ones are left out, and counted.
    package static let queuedOfGeneration = waitingBatches * CandidateBatch.most / 4
    /// Datagrams without a live hint that are handed over, for diagnosis; further ones are counted.
    package static let samples = (burst: 2, perSecond: 2)
    /// Hints that are kept; further messages are ignored until a new set begins.
    package static let hints = 1 << 20
    /// Messages of hints that are taken in one go; the rest waits for the next turn. A set of 10,000 keys' hints takes
    /// more, and whoever sends them without end does not keep the Listener from its packets.
    package static let hintMessagesATurn = 64
    /// How often at most the Listener tells what it only counts.
    package static let countsPause: Milliseconds = 1000
    /// Datagrams without a live hint that may gather before they are looked at, while nothing else comes: to wake up
    /// costs twenty times what a datagram does. The ring of a capture holds three times as many.
    package static let gatheredJunk = 1024
    /// How long they may gather at most.
    package static let longestRest: Milliseconds = 80
    /// Datagrams without a live hint within `floodWindow`, 5,000 a second, that make the kernel refuse such.
    package static let floodDatagrams = 500
    /// The time in which junk is counted; then the count begins anew.
    package static let floodWindow: Milliseconds = 100
    /// Datagrams under the hints of one generation within `floodWindow`, twice its share of that time; if more come, the
    /// kernel drops some at random. A full ring that is read at once, and then as many as the share, are not more.
    package static let mostOfWindow = 2 * datagramsOfGeneration.perSecond * Int(floodWindow) / 1000
    /// At most the kernel passes one in 2^16: whatever comes, a process can look at the rest.
    package static let mostThinned = 16
    /// How long the kernel refuses junk; then it is let through again, to see whether it still comes.
    package static let guardTime: Milliseconds = 10_000
    /// How long it must be quiet then for the flood to be over; one that goes on is refused again.
    package static let quietTime: Milliseconds = 500
}
