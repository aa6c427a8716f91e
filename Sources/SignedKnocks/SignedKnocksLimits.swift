package import Base

/// What signed knocks make the server remember; docs/LIMITS.md lists the limits of all modules.
package enum SignedKnocksLimits {
    /// Bytes of the name of a door that takes signed knocks; the configuration is refused with a longer one.
    package static let doorNameBytes = 32
    /// Spent knocks that each generation has places of its own for; further ones take places that all generations
    /// share. As many knocks over a rate are kept in memory: for one more the one with the smallest timestamp goes, and
    /// the generation's floor rises to it.
    package static let spentOfGeneration = 256
    /// Places for spent knocks that all generations share, of which no generation takes more than half; without one a
    /// knock is refused until earlier ones can be forgotten.
    package static let spentInAll = 262_144
    /// Spent knocks that are forgotten with one knock, so that none takes long; the rest is forgotten with later ones.
    package static let forgottenAtOnce = 64
    /// Generations that are kept though they are not among the server's keys any more; with more the oldest go that lie
    /// before the time window.
    package static let goneGenerations = 1024
    /// How often at most the recorded floor of a generation follows knocks over a rate; knocks that come sooner raise
    /// it further at once.
    package static let floorPause: Milliseconds = 1000
    /// Sets of eight knocks each that the Verifier knows to be spent: 1.6 MiB, taken as they are used. In a full set
    /// the oldest goes, and its replay is refused by the Doorkeeper instead.
    package static let rememberedSets = 8192
}
