package import Base

/// Limits of what a process reads from the kernel's files, other programs and a terminal, and of its waits;
/// docs/LIMITS.md lists the limits of all modules.
package enum LinuxLimits {
    /// Bytes of a file that is read whole, where its reader names no other limit; a larger one is refused (EFBIG).
    package static let fileBytes = 1 << 20
    /// Bytes of a lock file that is read; a larger one is taken for one that says nothing.
    package static let lockFileBytes = 4096
    /// How long to wait for a lock whose holder is gone; after that it counts as taken. A daemon that was killed while
    /// it started a program leaves it the lock until that one has begun.
    package static let lockWait: Milliseconds = 1000
    /// How often a lock file is opened anew that its former holder has removed meanwhile; after that it counts as
    /// taken.
    package static let passingLockTries = 100
    /// How long a daemon may take from locking its PidFile to writing its number into it; after that the file is made
    /// anew.
    package static let pidFileWait: Milliseconds = 200
    /// Symbolic links that are followed on the way to a file, as many as the kernel follows; with more it cannot be
    /// opened.
    package static let links = 40
    /// Reads of 16 KiB from inotify, or from netlink, in one go; the rest is read in the loop's next turn.
    package static let watchReads = 64
    /// Bytes of the kernel's table of routes that are read; what lies behind is not seen. Default routes stand first.
    package static let routeTableBytes = 1 << 16
    /// Bytes of another process's environment that is read; one with more is not found as a command of an earlier
    /// daemon.
    package static let environmentBytes = 4 << 20
    /// Bytes of /proc/PID/status that is read; a process with more there is not found as a command of an earlier
    /// daemon.
    package static let processStatusBytes = 64 << 10
    /// Bytes of an answer that is typed at a terminal; what follows is not read.
    package static let answerBytes = 1024
    /// How long standard input may have nothing before a program says that it waits for it.
    package static let inputWait: Int32 = 500
}
