package import Base

/// What the Verifier takes on of what the Listener hands over; docs/LIMITS.md lists the limits of all modules.
package enum VerifierLimits {
    /// Orders that the Doorkeeper has not decided on; further ones it is told to refuse for good. The second half is
    /// for generations that have none there.
    package static let undecided = 1024
    /// The same, of one generation.
    package static let undecidedOfGeneration = 64
    /// Messages that wait for the Doorkeeper before knocks beyond those that may be undecided are lost, as on a network
    /// that is too narrow.
    package static let surplusMessages = 512
    /// Messages of the Listener's that are taken in one go; the rest waits, so that orders and hints get their turn.
    package static let batchesATurn = 16
    /// The time of a diagnosis for each generation whose tag it may compute; meanwhile datagrams without a live
    /// hint are not looked at, so that what junk costs does not grow with the number of keys.
    package static let diagnosis: Milliseconds = 1
    /// Lines about the refused knocks of each generation; further ones are left out, and their number is told.
    package static let linesOfGeneration: (burst: Int, count: Int, interval: Milliseconds) = (32, 1, 10_000)
    /// How long a generation's count of lines is kept after its last one; by then it is full again.
    package static let linesKept: Milliseconds = 600_000
    /// How often at most the Verifier tells what it only counts.
    package static let countsPause: Milliseconds = 1000
    /// How often at most the Verifier tells how many lines were left out.
    package static let leftOutPause: Milliseconds = 1000
}
