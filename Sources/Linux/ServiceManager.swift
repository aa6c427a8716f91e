package import Base
import CLinux
import Glibc

/// What the service manager that started this process wants to hear (sd_notify(3)); nothing where there is none.
package struct ServiceManager {
    private let socket: String?
    /// How often to say that all is well: half of what the manager waits; nil if it does not ask.
    package let watchdogPause: Milliseconds?

    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment.
    package init() {
        socket = ServiceManager.variable("NOTIFY_SOCKET")
        let isMeant = ServiceManager.variable("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        let pause = ServiceManager.variable("WATCHDOG_USEC").flatMap { Milliseconds($0) }.map { $0 / 2000 }
        watchdogPause = isMeant && socket != nil ? pause.flatMap { $0 > 0 ? $0 : nil } : nil
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The daemon is configured and works, or works again after a reload.
    package func tellReady(_ status: String) { tell("READY=1\nSTATUS=\(PrintableText.line(status))\n") }

    /// A reload begins.
    package func tellReloading() { tell("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonic() * 1000)\n") }

    /// The daemon is about to end.
    package func tellStopping() { tell("STOPPING=1\n") }

    /// All is well.
    package func tellAlive() { tell("WATCHDOG=1\n") }

    /// Never waits; a manager that does not take it misses it.
    private func tell(_ text: String) {
        if let socket { _ = unsafe linux_send_unix(socket, text) }
    }
}
