package import Base
import CLinux
import Glibc

/// Notifies the service manager that started this process (sd_notify(3)); does nothing if there is none.
package struct ServiceManager {
    private let socket: String?
    /// The interval between watchdog notifications, half of the manager's time limit; nil if it wants none.
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

    /// Reports that the daemon is configured and works, at the start or after a reload.
    package func tellReady(_ status: String) { tell("READY=1\nSTATUS=\(PrintableText.line(status))\n") }

    /// Reports that a reload begins.
    package func tellReloading() { tell("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonic() * 1000)\n") }

    /// Reports that the daemon is about to exit.
    package func tellStopping() { tell("STOPPING=1\n") }

    /// Reports that the daemon is alive.
    package func tellAlive() { tell("WATCHDOG=1\n") }

    /// Sends without waiting; the notification is lost if the manager does not accept it.
    private func tell(_ text: String) {
        if let socket { _ = unsafe linux_send_unix(socket, text) }
    }
}
