/// The types that a Swift source declares, each with the stored properties of its instances. What is computed, static
/// or declared in a function is none; a property with observers is one; a nested type is counted apart.
struct DeclaredTypes {
    struct Declaration: Equatable {
        /// With the types around it: `Outer.Inner`.
        var name: String
        var doc = ""
        var fields: [String] = []

        /// Whether the doc comment says why the type has so many fields.
        var isDefended: Bool {
            doc.contains(/(?:^|[.!?] +)More than twelve fields: \w/)
        }
    }

    private(set) var all: [Declaration] = []

    private let tokens: [SwiftTokens.Token]
    private var place = 0
    /// What each open brace belongs to: a type by its place in `all`, or nothing that is counted.
    private var scopes: [Int?] = []

    init(_ source: String) {
        tokens = SwiftTokens(source).all
        var declared: Int?
        while place < tokens.count {
            switch text(place) {
            case "{":
                scopes.append(declared)
                declared = nil
                place += 1
            case "}":
                _ = scopes.popLast()
                place += 1
            case "struct" where isName(place + 1), "class" where isName(place + 1), "enum" where isName(place + 1),
                "actor" where text(place + 1).first?.isUppercase == true:
                declared = declareType()
                place += 2
            case "let", "var":
                if let type = scopes.last ?? nil { readProperty(of: type) } else { place += 1 }
            default:
                place += 1
            }
        }
    }

    private func text(_ index: Int) -> String { index < tokens.count ? tokens[index].text : "" }

    private func isName(_ index: Int) -> Bool {
        guard let first = text(index).first else { return false }
        return (first.isLetter || first == "_" || first == "`") && !Self.beginnings.contains(text(index))
    }

    private static let modifiers: Set = [
        "private", "fileprivate", "internal", "package", "public", "open", "final", "static", "class", "lazy", "weak",
        "unowned", "mutating", "nonmutating", "nonisolated", "override", "required", "convenience", "indirect",
    ]

    /// What a declaration can begin with.
    private static let beginnings = modifiers.union([
        "let", "var", "func", "init", "deinit", "subscript", "struct", "enum", "actor", "extension", "typealias",
        "associatedtype", "case", "protocol", "import", "@", "#",
    ])

    /// The modifiers and attributes before a keyword, and the keyword itself.
    private func head(of keyword: Int) -> Range<Int> {
        var start = keyword
        while start > 0 {
            var last = start - 1
            if text(last) == ")", let open = tokens[..<last].lastIndex(where: { $0.text == "(" }) { last = open - 1 }
            if last >= 1, text(last - 1) == "@" {
                start = last - 1
            } else if last >= 0, Self.modifiers.contains(text(last)) {
                start = last
            } else {
                break
            }
        }
        return start..<keyword + 1
    }

    private mutating func declareType() -> Int {
        let outer = scopes.compactMap { $0 }.last.map { all[$0].name + "." } ?? ""
        let doc = tokens[head(of: place)].first { !$0.doc.isEmpty }?.doc
        all.append(Declaration(name: outer + text(place + 1), doc: doc ?? ""))
        return all.count - 1
    }

    // MARK: Properties

    /// Reads one `let` or `var` with all its names, up to what follows it or to the brace of what it computes.
    private mutating func readProperty(of type: Int) {
        let isStatic = tokens[head(of: place)].contains { $0.text == "static" || $0.text == "class" }
        repeat {
            place += 1
            let names = readNames()
            if skipTypeAndValue(), !isStatic { all[type].fields += names }
        } while text(place) == ","
    }

    /// One name, or those of a tuple.
    private mutating func readNames() -> [String] {
        defer { place += 1 }
        guard text(place) == "(" else { return [text(place)] }
        var names: [String] = []
        var depth = 1
        while depth > 0, place + 1 < tokens.count {
            place += 1
            depth += text(place) == "(" ? 1 : text(place) == ")" ? -1 : 0
            if isName(place), text(place) != "_", text(place + 1) != ":" { names.append(text(place)) }
        }
        return names
    }

    /// False for a computed property; then the place is that of its brace.
    private mutating func skipTypeAndValue() -> Bool {
        var depth = 0
        var hasValue = false
        while place < tokens.count {
            switch text(place) {
            case _ where depth == 0 && (endsHere() || isBeforeName(hasValue)): return true
            case "{" where depth == 0 && !hasValue: return ["didSet", "willSet"].contains(text(place + 1))
            case "}" where depth == 0: return true
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            case "<" where !hasValue: depth += 1
            case ">" where !hasValue: depth -= 1
            case "=" where depth == 0: hasValue = true
            default: break
            }
            place += 1
        }
        return true
    }

    /// Whether the declaration has ended before this place: another one begins on a line of its own.
    private func endsHere() -> Bool {
        if text(place) == ";" { return true }
        let goesOn = ["=", ",", ":", "(", "[", "->", "."].contains(text(place - 1))
        return tokens[place].beginsLine && Self.beginnings.contains(text(place)) && !goesOn
    }

    /// Whether a comma stands here that another name follows, not another part of a value (`= Pair<Int, Int>()`).
    private func isBeforeName(_ hasValue: Bool) -> Bool {
        guard text(place) == "," else { return false }
        if text(place + 1) == "(" { return true }
        return isName(place + 1) && (!hasValue || text(place + 2) == ":" || text(place + 2) == "=")
    }
}
