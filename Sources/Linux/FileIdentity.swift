import Glibc

/// Distinguishes a file from another one at the same path, by its device and inode.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let number: UInt

    private init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
    }

    /// The identity of the file at a path, without following links; nil if there is none or it cannot be examined.
    package init?(at path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The identity of an open file.
    init?(of file: Descriptor) {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { return nil }
        self.init(status)
    }
}
