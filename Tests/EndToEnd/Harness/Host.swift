import Foundation
import Glibc

/// The tools of the machine that runs the tests, and the places of the programs under test.
enum Host {
    static let tools = ["ip", "iptables", "ip6tables", "nc", "nmap"]
    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    static var isReady: Bool { geteuid() == 0 && tools.allSatisfy { find($0) != nil } }

    /// The daemon under test, POSTERN_KNOCKD.
    static let knockd = program("POSTERN_KNOCKD", default: ".build/release/knockd")
    /// The client under test, POSTERN_KNOCK.
    static let knock = program("POSTERN_KNOCK", default: ".build/release/knock")
    /// The program that makes keys, POSTERN_KNOCKCTL.
    static let knockctl = program("POSTERN_KNOCKCTL", default: ".build/release/knockctl")
    /// Debian's client, POSTERN_DEBIAN_KNOCK; unpacked, not installed.
    static let debianKnock = program("POSTERN_DEBIAN_KNOCK", default: ".build/peers/usr/bin/knock")
    static var hasDebianKnock: Bool { FileManager.default.isExecutableFile(atPath: debianKnock) }

    /// Debian's daemon, POSTERN_DEBIAN_KNOCKD; unpacked, not installed.
    static let debianKnockd = program("POSTERN_DEBIAN_KNOCKD", default: ".build/peers/usr/sbin/knockd")
    static var hasDebianKnockd: Bool { FileManager.default.isExecutableFile(atPath: debianKnockd) }

    /// Debian's library that fakes the wall clock of a program; nil if it is not installed.
    static let faketime: String? = {
        let folder = "/usr/lib"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { "\(folder)/\($0)/faketime/libfaketime.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// The sender of raw frames.
    static let inject = builtBeside("inject")
    /// The daemon with a role that lies.
    static let forger = builtBeside("forger")
    /// The program that tries to break out of a jail.
    static let prisoner = builtBeside("prisoner")

    /// The path of a program that is built beside the tests.
    private static func builtBeside(_ name: String) -> String {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        return tests.appendingPathComponent(name).path
    }

    static func find(_ tool: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func program(_ variable: String, default place: String) -> String {
        if let named = ProcessInfo.processInfo.environment[variable] { return named }
        return "\(root)/\(place)"
    }

    /// The folder of the whole project.
    static let root: String = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.path
    }()
}
