import Foundation
import TestSupport
import Testing

@testable import Linux

struct ChildProcessTests {
    private func ending(of process: Int32) -> Int32 {
        var status: Int32 = -1
        while unsafe waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status
    }

    private func message(_ text: String) -> [UInt8] { Array(text.utf8) + [UInt8(ascii: "\n")] }

    /// Whatever numbers they have here, those of each other's new places among them.
    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 1, 0], [2]])
    func aRoleGetsItsChannelsInTheirOrder(order: [Int]) throws {
        let pairs = try (0..<3).map { _ in try RoleChannel.socketPair() }
        let said = order.indices.map { "echo \($0) >&\(3 + $0)" }.joined(separator: ";")
        let process = try ChildProcess.runRole("/bin/sh", ["sh", "-c", said], channels: order.map { pairs[$0].1 })
        #expect(ending(of: process) == 0)
        for (place, pair) in order.enumerated() {
            let near = try RoleChannel(Descriptor(owning: dup(pairs[pair].0.number)), messageSize: 2)
            guard case .message(message("\(place)")) = near.receive() else {
                Issue.record("descriptor \(3 + place) is not channel \(pair)")
                continue
            }
        }
    }

    @Test(arguments: 1...3)
    func aRoleGetsNothingElse(count: Int) throws {
        let place = try TemporaryDirectory()
        let other = try Descriptor.open(place.path, O_RDONLY)
        let (near, far) = try RoleChannel.socketPair()
        let process = try ChildProcess.runRole(
            "/bin/sh", ["sh", "-c", "kill -STOP $$"], channels: Array(repeating: far, count: count))
        var status: Int32 = 0
        #expect(unsafe waitpid(process, &status, WUNTRACED) == process)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").compactMap { Int($0) }
        #expect(open.sorted() == Array(0..<3 + count))
        for number in 0...2 {
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(number)")
            #expect(target == "/dev/null")
        }
        #expect(kill(process, SIGCONT) == 0)
        #expect(ending(of: process) == 0)
        withExtendedLifetime((near, other)) {}
    }
}
