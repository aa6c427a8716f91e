import Foundation
import Linux

/// A directory for one test, removed with its contents when its last owner is released.
package final class TemporaryDirectory {
    /// The directory's absolute path, without links.
    package let path: String

    /// Makes the directory.
    package init() throws {
        let directory = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("postern-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        path = directory.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of an entry of the directory.
    package func path(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Makes a directory in it that only this user can use; returns its path.
    package func makePrivate(_ name: String) throws -> String {
        try PrivateDirectory.make(path(name))
        return path(name)
    }

    /// Writes a file into the directory; returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// The names in the directory, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
