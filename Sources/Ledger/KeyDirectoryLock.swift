package import Linux

/// The lock in a directory of keys, beside the mark. Only one daemon may use the keys at a time: otherwise each would
/// accept every knock once. The lock is held while this object lives.
package final class KeyDirectoryLock {
    /// Why the lock cannot be taken.
    package enum Refusal: Error, Equatable {
        /// Another daemon holds it; with its process id, if that is known.
        case held(by: String?)
        /// The lock file cannot be created.
        case failed(SystemError)
    }

    private static let name = ".knockd.lock"

    private let file: LockFile

    /// Takes the lock in a directory that was found private.
    ///
    /// - Parameter isPatient: whether to wait a moment for the lock of a process that has just been killed.
    package init(directory: String, isPatient: Bool = true) throws(Refusal) {
        let path = Self.path(in: directory)
        // Opening the file for writing would wake all watchers of the directory.
        if LockFile.isTaken(path), !isPatient || LockFile.namesLivingProcess(path) {
            throw .held(by: LockFile.holder(path))
        }
        do {
            file = try LockFile(path)
        } catch {
            throw error.code == LockFile.isHeld ? .held(by: LockFile.holder(path)) : .failed(error)
        }
    }

    /// Whether the lock file is still in place: the directory may have been replaced.
    package var isInPlace: Bool { file.isInPlace }

    package static func path(in directory: String) -> String { "\(directory)/\(name)" }
}
