import Foundation
import Testing

/// Tests/Vectors says what each case is; here each is what it says.
struct VectorTests {
    static let directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors")

    static var files: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "vector" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
        }
    }

    @Test func theServerSaysWhatEachVectorSays() throws {
        let files = try Self.files
        #expect(files.count > 100)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            let vector = try Vector(reading: text)
            #expect(try vector.judged() == vector.expectation, "\(file.lastPathComponent)")
            #expect(try vector.text() == text, "\(file.lastPathComponent) is read as it is written")
        }
    }

    /// With POSTERN_VECTORS=write the files are written anew.
    @Test func theFilesAreThoseOfTheCases() throws {
        let cases = try VectorCases.all().map { ("\($0.name).vector", try $0.vector.text()) }
        let texts = Dictionary(cases, uniquingKeysWith: { first, _ in first })
        #expect(texts.count == cases.count, "no two have one name")
        if ProcessInfo.processInfo.environment["POSTERN_VECTORS"] == "write" {
            for file in try Self.files { try FileManager.default.removeItem(at: file) }
            for (name, text) in texts {
                try text.write(to: Self.directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
        }
        #expect(try Self.files.map(\.lastPathComponent) == texts.keys.sorted())
        for (name, text) in texts {
            let file = Self.directory.appendingPathComponent(name)
            #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(name)")
        }
    }

    @Test func eachStepIsRefusedAt() throws {
        let steps = try VectorCases.all().map { vector -> Int in
            if case .refused(let step, _) = vector.vector.expectation { step } else { 0 }
        }
        #expect(Set(steps) == Set(0...8))
    }
}
