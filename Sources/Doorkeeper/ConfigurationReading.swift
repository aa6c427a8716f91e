import Base
import Ledger
import Linux

/// Which configuration a running daemon has read, in a file of its own in /run/knockd, so that `knockd --check` can say
/// that it still goes by an older one.
///
/// Each daemon has its own file, named by its process, since several can run. A file that a killed daemon has left says
/// nothing: its process is gone. Others may see the directory, as a service manager makes it, but not the files.
struct ConfigurationReading: Equatable {
    /// The configuration file, with links resolved.
    let file: String
    let process: ProcessIdentity
    /// When it was read.
    let wallSeconds: Int
    /// Of the content of all files, as the reader says it.
    let digest: String

    private static let prefix = "reading-"
    private static let firstLine = "knockd reading 1"

    /// What this process has just read.
    init?(file: String, digest: String) {
        guard let process = ProcessIdentity(of: ThisProcess.id) else { return nil }
        self.init(file: Files.resolvedPath(file), process: process, wallSeconds: Clock.wallSeconds(), digest: digest)
    }

    init(file: String, process: ProcessIdentity, wallSeconds: Int, digest: String) {
        (self.file, self.process, self.wallSeconds, self.digest) = (file, process, wallSeconds, digest)
    }

    /// Five lines; the file's name stands last, since it may have line feeds in it.
    var text: String {
        "\(Self.firstLine)\n\(process.id) \(process.began)\n\(wallSeconds)\n\(digest)\n\(file)"
    }

    /// Nil if it is no such text.
    init?(text: String) {
        let lines = text.split(separator: "\n", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 5, lines[0] == Self.firstLine, let seconds = Int(lines[2]) else { return nil }
        let numbers = lines[1].split(separator: " ")
        guard numbers.count == 2, let id = Int32(numbers[0]), let began = Int64(numbers[1]) else { return nil }
        self.init(
            file: lines[4], process: ProcessIdentity(id: id, began: began), wallSeconds: seconds, digest: lines[3])
    }

    /// Writes it down, and removes what daemons that are gone have left. Where that cannot be done nobody will know; the
    /// daemon needs it for nothing.
    func write(in path: String = Ledger.fallbackDirectory) {
        try? PrivateDirectory.make(path)
        guard let directory = Self.directory(path) else { return }
        try? directory.replace(name, with: Array(text.utf8))
        for (name, reading) in Self.all(in: directory) where reading?.process.isAlive != true {
            try? Files.remove(directory.path(name))
        }
    }

    /// To be called at the daemon's end.
    func remove(from path: String = Ledger.fallbackDirectory) {
        try? Files.remove("\(path)/\(name)")
    }

    private var name: String { Self.prefix + String(process.id) }

    /// What living daemons have read of a configuration file whose content is another one by now. Nothing where this user
    /// may not know.
    static func outdated(
        of file: String, digest: String, in path: String = Ledger.fallbackDirectory
    ) -> [ConfigurationReading] {
        guard let directory = directory(path) else { return [] }
        let resolved = Files.resolvedPath(file)
        return all(in: directory).compactMap(\.reading).filter {
            $0.file == resolved && $0.digest != digest && $0.process.isAlive
        }
    }

    /// Nil where others can put files.
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

    /// For `--check`.
    func warning(about path: String) -> String {
        "\(path): warning: the running daemon (process \(process.id)) has read it at \(Clock.localSecond(wallSeconds)), "
            + "before the last change; run systemctl reload knockd, or kill -HUP \(process.id)"
    }
}
