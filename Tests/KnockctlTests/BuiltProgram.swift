import Foundation
import TestSupport
import Testing

/// The program under test, built beside the tests, as a shell runs it.
enum BuiltProgram {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Where it lies.
    static var path: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("knockctl").path
            try #require(FileManager.default.isExecutableFile(atPath: path))
            return path
        }
    }

    /// Starts a script, in which `knockctl` is the program, `HOME` the directory and `D` one for keys in it.
    static func start(
        _ script: String, in directory: TemporaryDirectory
    ) throws -> (process: Process, output: Pipe, errors: Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.environment = [
            "PATH": "\((try path as NSString).deletingLastPathComponent):/usr/bin:/bin", "HOME": directory.path,
            "D": directory.path("keys"),
        ]
        let pipes = (Pipe(), Pipe())
        process.standardOutput = pipes.0
        process.standardError = pipes.1
        try process.run()
        return (process, pipes.0, pipes.1)
    }

    /// Runs a script to its end; what it writes to standard error is short.
    static func run(_ script: String, in directory: TemporaryDirectory) throws -> Result {
        let (process, output, errors) = try start(script, in: directory)
        let texts = try [output, errors].map {
            String(decoding: try $0.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        }
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
