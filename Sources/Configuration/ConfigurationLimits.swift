package import Base
package import Doors

/// Limits of a configuration, its files and its directory of keys; docs/LIMITS.md lists the limits of all modules.
package enum ConfigurationLimits {
    /// Doors, and sequences valid at once; with more the configuration is refused. They are numbered with 16 bits.
    package static let doors = 65_535
    /// How deep files may include files; a configuration that goes deeper is refused.
    package static let includeDepth = 8
    /// Files that one configuration may be read from; one with more is refused.
    package static let includedFiles = 1000
    /// Bytes of all files of a configuration; one with more is refused.
    package static let includedBytes = 4 << 20
    /// Bytes of a section's name; the configuration is refused with a longer one.
    package static let sectionNameBytes = 255
    /// The greatest number in a directive that is a number of things, such as `max_openings`; the configuration is refused
    /// with a greater one.
    package static let greatestCount = 1_000_000
    /// The greatest number in `SourceRate` and `TotalRate`; the configuration is refused with a greater one.
    package static let greatestRate = 100_000
    /// The shortest `TimeWindow`; the configuration is refused with a shorter one.
    package static let shortestTimeWindow: Milliseconds = 5000
    /// The longest `TimeWindow`; the configuration is refused with a longer one.
    package static let longestTimeWindow: Milliseconds = 300_000
    /// `SourceRate` where the configuration does not say: proofs from one source that count, of each key and at each
    /// door; further ones are refused, and logged. A person does not reach it.
    package static let sourceRate = RateLimit(burst: 64, perSecond: 16)
    /// `TotalRate` where the configuration does not say: signed knocks, and completed sequences, that count in all;
    /// further ones are refused, and logged. Half of it is shared out among keys, or doors.
    package static let totalRate = RateLimit(burst: 1024, perSecond: 256)
    /// `max_openings` where a door does not say: openings of one door; a knock for one more address is refused, and
    /// logged. Half of it is shared out among its keys and its sequence.
    package static let openings = 1024
    /// `command_limit` where a door does not say: how long its commands may run; then they are ended.
    package static let commandTime: Milliseconds = 30_000
    /// `one_time_window` where a door does not say: sequences of its file that count at once; later ones do not count
    /// yet. RFC 4226 leaves the number open, and warns of more than are needed.
    package static let oneTimeWindow = 8
    /// The greatest `one_time_window`; the configuration is refused with a greater one.
    package static let longestOneTimeWindow = 64
    /// Bytes of a file of one-time sequences; a larger one is refused (EFBIG), and the configuration with it.
    package static let oneTimeFileBytes = 1 << 20
    /// Files in the directory of keys; further ones are not read, and that is said.
    package static let keyFiles = 10_000
    /// Sequences that `--check` compares with each other; with more only the first doors are compared, since the work
    /// grows with the square.
    package static let comparedSequences = 1_024
    /// Places that one warning names; with more it names one less, and how many more there are.
    package static let listedPlaces = 6
}
