import CLinux

/// The system log, as knockd of Debian uses it: facility daemon, priority notice, no process id.
package struct Syslog {
    package init() {
        unsafe linux_open_syslog("knockd")
    }

    /// Writes one line.
    package func write(_ line: String) {
        unsafe linux_write_syslog(line)
    }
}
