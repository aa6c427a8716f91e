import Foundation
import Simulation

extension FuzzTarget {
    /// What is played is told, or refused with a reason.
    static func takeCapture(_ bytes: [UInt8]) {
        guard let place = CapturePlace.one, place.write(bytes) else { return }
        var complaints = 0
        let status = CaptureSimulation.run(
            file: place.capture, configurationFile: place.configuration, interfaces: [], onlyIPv4: false,
            tell: { line in precondition(!line.contains("\n")) }, complain: { _ in complaints += 1 })
        precondition(status == 0 || complaints > 0)
    }
}

/// A file to play and a configuration to play it with, for as long as the process runs.
private struct CapturePlace {
    static let one = CapturePlace()
    private static let doors = """
        [a]
        sequence = 7000,8000:udp,9000
        start_command = true %IP%
        [b]
        sequence = 7000
        strict_sequence = yes
        vlan = 5
        start_command = true

        """

    private let files: [FileHandle]

    var capture: String { Self.path(of: files[0]) }
    var configuration: String { Self.path(of: files[1]) }

    /// Both are gone with the process: no directory has them.
    private init?() {
        files = (0..<2).compactMap { _ in
            unsafe tmpfile().map { unsafe FileHandle(fileDescriptor: fileno($0), closeOnDealloc: false) }
        }
        guard files.count == 2, Self.fill(files[1], Array(Self.doors.utf8)) else { return nil }
    }

    private static func path(of file: FileHandle) -> String { "/proc/self/fd/\(file.fileDescriptor)" }

    func write(_ bytes: [UInt8]) -> Bool { Self.fill(files[0], bytes) }

    private static func fill(_ file: FileHandle, _ bytes: [UInt8]) -> Bool {
        do {
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: Data(bytes))
            return true
        } catch {
            return false
        }
    }
}
