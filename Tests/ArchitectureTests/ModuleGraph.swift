import Foundation
import Testing

/// The modules of the package, and what each may import: what Package.swift says, as text, and what the sources say.
struct ModuleGraph {
    /// The names that a module may import itself, in the order of the package.
    private(set) var direct: [String: [String]] = [:]
    private(set) var order: [String] = []

    static let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/").dropFirst()

    /// Reads `module("Name", "Import", …)` and `program(…)`; C modules, which `target` and `systemLibrary` make, import none.
    init() throws {
        let text = try String(contentsOfFile: "\(Self.root)/Package.swift", encoding: .utf8)
        for call in text.matches(of: /(?:module|program)\(\s*("[^)]*")\s*\)/) {
            let names = call.1.matches(of: /"(\w+)"/).map { String($0.1) }
            guard let name = names.first else { continue }
            direct[name] = Array(names.dropFirst())
            order.append(name)
        }
        for target in text.matches(of: /\.(?:target|systemLibrary)\(\s*name: "(C\w+)"(?!, path)/) {
            direct[String(target.1)] = []
            order.append(String(target.1))
        }
    }

    /// All that a module imports, itself or through others.
    func reach(_ module: String) throws -> Set<String> {
        var reached: Set<String> = []
        var next = [module]
        while let name = next.popLast() {
            next += try #require(direct[name], "Package.swift has no \(name)").filter { reached.insert($0).inserted }
        }
        return reached
    }

    /// The modules that import this one themselves.
    func importers(of module: String) -> Set<String> {
        Set(direct.filter { $0.value.contains(module) }.keys)
    }

    /// The folders of `Sources`, which are named like their modules.
    static func folders() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "\(root)/Sources"))
    }

    /// What the Swift files of a module import, by their `import` lines.
    static func imports(in module: String) throws -> Set<String> {
        let folder = "\(root)/Sources/\(module)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        let lines = try files.flatMap { file in
            try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(separator: "\n").map(String.init)
        }
        return Set(lines.compactMap { try? /^(?:@\w+ )*(?:\w+ )?import (\w+)/.firstMatch(in: $0).map { String($0.1) } })
    }
}
