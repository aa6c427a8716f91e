import Glibc

/// What tells a file from another one that takes its place: its device and its number there.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let number: UInt

    private init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
    }

    /// Of what stands at a path, links not followed; nil where there is nothing, or nothing that can be looked at.
    package init?(at path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Of an opened file.
    init?(of file: Descriptor) {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { return nil }
        self.init(status)
    }
}
