import Linux

/// The files of a configuration, and how they include each other.
struct Inclusion {
    /// The files being read, the innermost last: the name in the `include`, and the path without links.
    private var open: [(name: String, resolved: String)] = []
    private var bytes = 0
    /// All files read, each once, in this order.
    private(set) var files: [String] = []
    private var count = 0
    /// The digest of all files read, in this order.
    private(set) var digest = ContentDigest()
    /// The limit on included files was reached and reported; the reader includes no more.
    private(set) var isFull = false

    mutating func enter(_ name: String, _ content: [UInt8]) {
        open.append((name, Files.resolvedPath(name)))
        bytes += content.count
        digest.add(content)
        count += 1
        if !files.contains(name) { files.append(name) }
    }

    mutating func leave() {
        open.removeLast()
    }

    /// The files that an `include` in the innermost file names.
    func files(for value: Field) throws(ValueError) -> [String] {
        let name = try value.something()
        let deepest = ConfigurationLimits.includeDepth
        if open.count > deepest {
            throw ValueError(field: value, message: "too many levels of included files; write at most \(deepest)")
        }
        let directory = name.hasPrefix("/") ? "" : self.directory
        guard FilePattern.isPattern(name) else { return [directory + name] }
        do {
            return try FilePattern.matches(FilePattern.escaped(directory) + name)
        } catch {
            throw ValueError(field: value, message: "\(error.subject): \(error.reason); name files that can be read")
        }
    }

    /// The directory of the innermost file, at which relative names start.
    private var directory: String {
        guard let name = open.last?.name, let end = name.lastIndex(of: "/") else { return "" }
        return String(name[...end])
    }

    /// The content of a file that an `include` names.
    mutating func read(_ path: String, for value: Field) throws(ValueError) -> [UInt8] {
        let resolved = Files.resolvedPath(path)
        if open.contains(where: { $0.resolved == resolved }) {
            throw ValueError(field: value, message: "\(path) would include itself; take it out of the pattern")
        }
        let content: [UInt8]
        do {
            content = try Files.read(path)
        } catch {
            throw ValueError(field: value, message: "\(path): \(error.reason); name files that can be read")
        }
        let (mostFiles, mostBytes) = (ConfigurationLimits.includedFiles, ConfigurationLimits.includedBytes)
        if count >= mostFiles || bytes + content.count > mostBytes {
            isFull = true
            throw ValueError(
                field: value,
                message: "\(path) makes the configuration too large; write at most \(mostFiles) files and "
                    + "\(mostBytes >> 20) MiB")
        }
        return content
    }
}
