package import Linux

/// The lock beside the mark in a directory of keys: one daemon uses them at a time, since each would accept every knock
/// once. It is held as long as this object lives.
package final class KeyDirectoryLock {
    /// What keeps a daemon from having it.
    package enum Refusal: Error, Equatable {
        /// Another daemon has it, whose process id is this where that is known.
        case held(by: String?)
        /// It cannot be made.
        case failed(SystemError)
    }

    private static let name = ".knockd.lock"

    private let file: LockFile

    /// Takes the lock in a directory that was found private.
    ///
    /// - Parameter isPatient: whether to wait a moment where the holder has just been killed.
    package init(directory: String, isPatient: Bool = true) throws(Refusal) {
        let path = Self.path(in: directory)
        // Whoever opens the file to write wakes all that watch the directory.
        if LockFile.isTaken(path), !isPatient || LockFile.namesLivingProcess(path) {
            throw .held(by: LockFile.holder(path))
        }
        do {
            file = try LockFile(path)
        } catch {
            throw error.code == LockFile.isHeld ? .held(by: LockFile.holder(path)) : .failed(error)
        }
    }

    /// Whether it still stands there: the directory may have been replaced.
    package var isInPlace: Bool { file.isInPlace }

    package static func path(in directory: String) -> String { "\(directory)/\(name)" }
}
