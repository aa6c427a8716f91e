import Foundation

/// The files of Tests/Conformance.
struct ConformanceCorpus {
    /// One file: a comment, then cases.
    struct File {
        let path: String
        let heading: String
        let cases: [ConformanceCase]
    }

    let files: [File]

    var cases: [ConformanceCase] { files.flatMap(\.cases) }

    init() throws {
        let folder = Host.root + "/Tests/Conformance"
        files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".cases") }.sorted()
            .map { try Self.read("\(folder)/\($0)") }
    }

    private static func read(_ path: String) throws -> File {
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        var heading: [String] = []
        var chunks: [[String]] = []
        for line in lines {
            if line.hasPrefix("case: ") {
                chunks.append([line])
            } else if chunks.isEmpty {
                heading.append(line)
            } else {
                chunks[chunks.count - 1].append(line)
            }
        }
        do {
            return File(
                path: path, heading: heading.joined(separator: "\n"), cases: try chunks.map(ConformanceCase.init))
        } catch {
            throw HarnessError("\(path): \(error)")
        }
    }

    /// Writes the files anew with what was seen, by the names of the cases.
    func write(knockd: [String: [String]], postern: [String: [String]]) throws {
        for file in files {
            let texts = file.cases.map { one in
                one.text(
                    knockd: knockd[one.name] ?? one.knockd, postern: one.differs == nil ? nil : postern[one.name])
            }
            try (file.heading + "\n" + texts.joined(separator: "\n")).write(
                toFile: file.path, atomically: true, encoding: .utf8)
        }
    }
}
