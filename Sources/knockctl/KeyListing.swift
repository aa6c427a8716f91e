import Configuration
import Keys
import Ledger

/// What `keys list` prints.
struct KeyListing {
    let entries: [KeyDirectory.Entry]
    let uses: KeyUses
    let now: UnixSeconds

    /// A line for each generation, below a line of headings.
    var table: [String] {
        let headings = ["KEY", "SERVER", "GENERATION", "STATE", "CREATED", "RETIRES", "LAST USED"]
        let rows = [headings] + entries.flatMap { entry in entry.key.generations.map { row($0, of: entry.key) } }
        let widths = headings.indices.map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.utf8.count) }
            let line = cells.joined(separator: "  ")
            return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)])
        }
    }

    private func row(_ generation: KeyGeneration, of key: Key) -> [String] {
        [
            "\(key.name)", "\(key.server)", "\(generation.number)", state(generation, of: key),
            Timestamp.text(generation.created), retires(generation) ?? "-", lastUsed(generation) ?? "?",
        ]
    }

    private func state(_ generation: KeyGeneration, of key: Key) -> String {
        key.standing(of: generation, at: now, uses.firstUses).rawValue
    }

    private func retires(_ generation: KeyGeneration) -> String? {
        guard case .retiring(let retirement) = generation.state else { return nil }
        return retirement.word
    }

    /// Nil where nobody knows.
    private func lastUsed(_ generation: KeyGeneration) -> String? {
        guard let uses = uses.uses else { return nil }
        return uses[generation.id].map { Timestamp.text($0.lastUsed) } ?? "never"
    }

    /// One object; the manual says what is in it.
    var json: String {
        let keys = entries.map { entry in
            let generations = entry.key.generations.map { object($0, of: entry.key) }.joined(separator: ", ")
            return """
                {"name": \(quoted("\(entry.key.name)")), "server": \(quoted("\(entry.key.server)")), \
                "file": \(quoted(entry.file)), "generations": [\(generations)]}
                """
        }
        return "{\"keys\": [\(keys.joined(separator: ", "))]}"
    }

    private func object(_ generation: KeyGeneration, of key: Key) -> String {
        var members = [
            "\"generation\": \(generation.number)", "\"id\": \(quoted("\(generation.id)"))",
            "\"state\": \(quoted(state(generation, of: key)))",
            "\"created\": \(quoted(Timestamp.text(generation.created)))",
            "\"retires\": \(retires(generation).map(quoted) ?? "null")",
        ]
        if let uses = uses.uses {
            let use = uses[generation.id]
            members.append("\"first_used\": \(use.map { quoted(Timestamp.text($0.firstUsed)) } ?? "null")")
            members.append("\"last_used\": \(use.map { quoted(Timestamp.text($0.lastUsed)) } ?? "null")")
        }
        return "{\(members.joined(separator: ", "))}"
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
