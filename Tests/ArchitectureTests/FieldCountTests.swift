import Foundation
import Testing

/// No type holds more than twelve stored properties, unless its doc comment says why, in a sentence that begins with
/// "More than twelve fields:".
struct FieldCountTests {
    private static let greatest = 12

    @Test func noTypeOfTheSourcesHasMoreThanTwelveFieldsWithoutADefence() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: "\(ModuleGraph.root)/Sources")
            .filter { $0.hasSuffix(".swift") }
        var count = 0
        for file in files.sorted() {
            let source = try String(contentsOfFile: "\(ModuleGraph.root)/Sources/\(file)", encoding: .utf8)
            let types = DeclaredTypes(source).all
            count += types.count
            for type in types where type.fields.count > Self.greatest && !type.isDefended {
                Issue.record("\(file): \(type.name) has \(type.fields.count) fields: \(type.fields)")
            }
            for type in types where type.fields.count <= Self.greatest {
                #expect(!type.isDefended, "\(file): \(type.name) needs no defence")
            }
        }
        // A reader that finds no types would find nothing wrong.
        #expect(count > 500)
    }

    /// The members of a type, and which of them are stored properties.
    private static let rows: [(String, [String])] = [
        ("let a: Int\nvar b = 1", ["a", "b"]),
        ("private let a: Int?\npackage private(set) var b = 1", ["a", "b"]),
        ("nonisolated(unsafe) var a: Int!\n@Wrapped(x: 1) var b: Int\nweak var c: A?", ["a", "b", "c"]),
        ("let a, b: Int; var c = 1, d: Int", ["a", "b", "c", "d"]),
        ("var (a, b) = (1, 2)\nvar (c, _): (Int, [Int: Int])", ["a", "b", "c"]),
        ("var (x: a, y: (b, c)) = f()\nlazy var d = { var no = 1 }()", ["a", "b", "c", "d"]),
        ("let a: [Int: Pair<Int, Int>], b = Pair<Int, Int>()\nvar c: (Int, Int) -> Int", ["a", "b", "c"]),
        // What is computed, static or declared in a function is no field.
        ("var no: Int { 1 }\nvar no: Int {\n    get { 1 }\n    set {}\n}", []),
        ("static let no = 1\nprivate static var no: Int?\nclass var no: Int { 1 }\nlet a: Int", ["a"]),
        ("func f(_ no: Int) {\n    let no = 1\n}\ninit() { var no = 2 }\nlet a: Int", ["a"]),
        ("let a = { (no: Int) in let no = 1 }\nsubscript(no: Int) -> Int { let no = 1 }", ["a"]),
        ("case no(Int)\nstatic let no = 1\nvar no: Int { 1 }", []),
        // With observers it is one.
        ("var a = 1 {\n    didSet { let no = 1 }\n}\nvar b: Int { willSet {} }", ["a", "b"]),
        // Values and types of several lines.
        ("var a =\n    open(1)\nvar b:\n    Int\n@X\nprivate\nlet c = [\n    1, 2]\nlet d: Int", ["a", "b", "c", "d"]),
        ("let a = x ? 1 : 2\nlet b = if x { 1 } else { 2 }\nlet c: Int? = nil", ["a", "b", "c"]),
        ("#if os(Linux)\nlet a: Int\n#endif\nlet b: Int", ["a", "b"]),
        // Comments and texts hold no fields and no braces.
        ("// let no: Int {\n/* let no /* { */ let no: Int */\nlet a = \"{ let no: Int\"\nlet b: Int", ["a", "b"]),
        ("let a = \"\\(f(\"{\")) \\\" {\"\nlet b = #\"\\\"#\nlet c: Int", ["a", "b", "c"]),
        ("let a = \"\"\"\n    { \" let no\n    \"\"\"\nlet b = \"\"\nlet c: Int", ["a", "b", "c"]),
    ]

    @Test(arguments: rows)
    func fieldsAreCounted(members: String, fields: [String]) {
        for kind in ["struct", "final class", "private enum", "actor"] {
            let types = DeclaredTypes("\(kind) A: B {\n\(members)\n}").all
            #expect(types == [DeclaredTypes.Declaration(name: "A", fields: fields)])
        }
    }

    @Test func nestedTypesAreCountedApart() {
        let source = """
            struct A {
                struct B { let b: Int }
                let a: B
                func f() { struct C { let c, d: Int } }
            }
            extension A { struct D { var e: Int } }
            protocol P { var no: Int { get } }
            extension P { var no: Int { 1 } }
            """
        let types = DeclaredTypes(source).all
        #expect(types.map(\.name) == ["A", "A.B", "A.C", "D"])
        #expect(types.map(\.fields) == [["a"], ["b"], ["c", "d"], ["e"]])
    }

    /// A doc comment, and whether it defends the type.
    private static let docs: [(String, Bool)] = [
        ("/// A list. More than twelve fields: each is a directive of the operator.", true),
        ("/// More than twelve fields: each is a directive.", true),
        ("/// A list.\n/// More than twelve\n/// fields: each is a directive.\n@frozen\npackage", true),
        ("// A list. More than twelve fields: each is a directive.", false),
        ("/// A list, more than twelve fields: each is a directive.", false),
        ("/// A list of More than twelve fields: each is a directive.", false),
        ("/// A list. More than twelve fields:", false),
        ("/// A list. More than twelve fields: it is so.\nlet x = 1\n", false),
        ("", false),
    ]

    @Test(arguments: docs)
    func aDefenceIsASentenceOfTheDocComment(doc: String, isDefended: Bool) {
        #expect(DeclaredTypes("\(doc)\nstruct A {}").all.map(\.isDefended) == [isDefended])
    }

    @Test func aThirteenthFieldIsTooMany() {
        let source = "struct A {\n" + (1...13).map { "    var a\($0): Int\n" }.joined() + "}"
        #expect(DeclaredTypes(source).all.map(\.fields.count) == [Self.greatest + 1])
    }
}
