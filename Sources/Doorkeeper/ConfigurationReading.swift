import Base
import Ledger
import Linux

/// A record of the configuration that a running daemon has read. `knockd --check` uses it to warn that a daemon still
/// runs with an older version.
///
/// Each daemon has a file of its own in /run/knockd, named by its process id. A file that a killed daemon left is
/// ignored, since its process is gone. Other users may be able to list the directory, but cannot read the files.
struct ConfigurationReading: Equatable {
    /// The configuration file, with links resolved.
    let file: String
    let process: ProcessIdentity
    /// When the daemon read it, in seconds since 1970.
    let wallSeconds: Int
    /// Digest of the content of all its files, from the configuration reader.
    let digest: String

    private static let prefix = "reading-"
    private static let firstLine = "knockd reading 1"

    /// A record for this process, as of now; nil if the process's start time cannot be read.
    init?(file: String, digest: String) {
        guard let process = ProcessIdentity(of: ThisProcess.id) else { return nil }
        self.init(file: Files.resolvedPath(file), process: process, wallSeconds: Clock.wallSeconds(), digest: digest)
    }

    init(file: String, process: ProcessIdentity, wallSeconds: Int, digest: String) {
        (self.file, self.process, self.wallSeconds, self.digest) = (file, process, wallSeconds, digest)
    }

    /// The record as five lines. The file's name is last, since it may contain line feeds.
    var text: String {
        "\(Self.firstLine)\n\(process.id) \(process.began)\n\(wallSeconds)\n\(digest)\n\(file)"
    }

    /// Parses a record; nil if the text is not one.
    init?(text: String) {
        let lines = text.split(separator: "\n", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 5, lines[0] == Self.firstLine, let seconds = Int(lines[2]) else { return nil }
        let numbers = lines[1].split(separator: " ")
        guard numbers.count == 2, let id = Int32(numbers[0]), let began = Int64(numbers[1]) else { return nil }
        self.init(
            file: lines[4], process: ProcessIdentity(id: id, began: began), wallSeconds: seconds, digest: lines[3])
    }

    /// Writes the record, and removes those of daemons that are gone. Failures are ignored: the daemon does not need
    /// the record.
    func write(in path: String = Ledger.fallbackDirectory) {
        try? PrivateDirectory.make(path)
        guard let directory = Self.directory(path) else { return }
        try? directory.replace(name, with: Array(text.utf8))
        for (name, reading) in Self.all(in: directory) where reading?.process.isAlive != true {
            try? Files.remove(directory.path(name))
        }
    }

    /// Removes the record, at the daemon's end.
    func remove(from path: String = Ledger.fallbackDirectory) {
        try? Files.remove("\(path)/\(name)")
    }

    private var name: String { Self.prefix + String(process.id) }

    /// Returns the records of running daemons that have read another version of a file. It is empty if this user may
    /// not read them.
    static func outdated(
        of file: String, digest: String, in path: String = Ledger.fallbackDirectory
    ) -> [ConfigurationReading] {
        guard let directory = directory(path) else { return [] }
        let resolved = Files.resolvedPath(file)
        return all(in: directory).compactMap(\.reading).filter {
            $0.file == resolved && $0.digest != digest && $0.process.isAlive
        }
    }

    /// Opens the directory; nil if other users can create files in it.
    private static func directory(_ path: String) -> PrivateDirectory? {
        guard (try? FileTrust.check(path)) != nil else { return nil }
        return try? PrivateDirectory(path, mayBeShared: true)
    }

    private static func all(in directory: PrivateDirectory) -> [(name: String, reading: ConfigurationReading?)] {
        let names = (try? directory.names()) ?? []
        return names.filter { $0.hasPrefix(prefix) }.map { name in
            let bytes = try? directory.read(name, limit: DoorkeeperLimits.readingBytes)
            return (name, bytes.flatMap { ConfigurationReading(text: String(decoding: $0, as: UTF8.self)) })
        }
    }

    /// The warning of `knockd --check`.
    func warning(about path: String) -> String {
        "\(path): warning: the running daemon (process \(process.id)) has read it at \(Clock.localSecond(wallSeconds)), "
            + "before the last change; run systemctl reload knockd, or kill -HUP \(process.id)"
    }
}
