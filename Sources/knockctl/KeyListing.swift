import Base
import Configuration
import Keys
import Ledger

/// The output of `keys list`.
struct KeyListing {
    let entries: [KeyDirectory.Entry]
    let uses: KeyUses
    let now: UnixSeconds

    private static let fromMemory = "in force from memory only"

    /// The generations that the daemon keeps in force although it would refuse them at the next start.
    private var memory: [KeyInForce] { uses.inForce?.keys.filter(\.isFromMemory) ?? [] }

    /// Those of `memory` that no readable file has.
    private var memoryAlone: [KeyInForce] {
        let listed = Set(entries.flatMap { $0.key.generations.map(\.id) })
        return memory.filter { !listed.contains($0.generation) }.sorted { ($0.key, $0.number) < ($1.key, $1.number) }
    }

    /// A line for each generation, below a line of headings.
    var table: [String] {
        let headings = ["KEY", "SERVER", "GENERATION", "STATE", "CREATED", "RETIRES", "LAST USED"]
        let rows =
            [headings] + entries.flatMap { entry in entry.key.generations.map { row($0, of: entry.key) } }
            + memoryAlone.map(row)
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
            Timestamp.text(generation.created), retires(generation) ?? "-", lastUsed(generation.id) ?? "?",
        ]
    }

    private func row(_ kept: KeyInForce) -> [String] {
        [
            "\(kept.key)", "\(kept.server)", "\(kept.number)", Self.fromMemory, Timestamp.text(kept.created), "-",
            lastUsed(kept.generation) ?? "?",
        ]
    }

    private func state(_ generation: KeyGeneration, of key: Key) -> String {
        if memory.contains(where: { $0.generation == generation.id }) { return Self.fromMemory }
        return key.standing(of: generation, at: now, uses.firstUses).rawValue
    }

    private func retires(_ generation: KeyGeneration) -> String? {
        guard case .retiring(let retirement) = generation.state else { return nil }
        return retirement.word
    }

    /// The time of the last use, or `never`; nil if no ledger is read.
    private func lastUsed(_ generation: GenerationID) -> String? {
        guard let uses = uses.uses else { return nil }
        return uses[generation].map { Timestamp.text($0.lastUsed) } ?? "never"
    }

    /// One JSON object, as described in the manual.
    var json: String {
        let keys = entries.map { entry in
            let generations = entry.key.generations.map { object($0, of: entry.key) }.joined(separator: ", ")
            return """
                {"name": \(quoted("\(entry.key.name)")), "server": \(quoted("\(entry.key.server)")), \
                "file": \(quoted(entry.file)), "generations": [\(generations)]}
                """
        }
        let others = Dictionary(grouping: memoryAlone, by: \.key).sorted { $0.key < $1.key }.map { key, kept in
            let generations = kept.map(object).joined(separator: ", ")
            return """
                {"name": \(quoted("\(key)")), "server": \(quoted("\(kept[0].server)")), "file": null, \
                "generations": [\(generations)]}
                """
        }
        return "{\"keys\": [\((keys + others).joined(separator: ", "))]}"
    }

    private func object(_ kept: KeyInForce) -> String {
        let members = [
            "\"generation\": \(kept.number)", "\"id\": \(quoted("\(kept.generation)"))",
            "\"state\": \(quoted(Self.fromMemory))", "\"created\": \(quoted(Timestamp.text(kept.created)))",
            "\"retires\": null",
        ]
        return "{\((members + use(kept.generation)).joined(separator: ", "))}"
    }

    private func object(_ generation: KeyGeneration, of key: Key) -> String {
        var members = [
            "\"generation\": \(generation.number)", "\"id\": \(quoted("\(generation.id)"))",
            "\"state\": \(quoted(state(generation, of: key)))",
            "\"created\": \(quoted(Timestamp.text(generation.created)))",
            "\"retires\": \(retires(generation).map(quoted) ?? "null")",
        ]
        members += use(generation.id)
        return "{\(members.joined(separator: ", "))}"
    }

    private func use(_ generation: GenerationID) -> [String] {
        guard let uses = uses.uses else { return [] }
        let use = uses[generation]
        return [
            "\"first_used\": \(use.map { quoted(Timestamp.text($0.firstUsed)) } ?? "null")",
            "\"last_used\": \(use.map { quoted(Timestamp.text($0.lastUsed)) } ?? "null")",
        ]
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case _ where !PrintableText.isPrintable(scalar):
                // JSON escapes are units of UTF-16, of which a scalar has one or two.
                return UTF16.encode(scalar).map { units in
                    units.map { "\\u" + Hexadecimal.text(UInt64($0), digits: 4) }.joined()
                } ?? "?"
            default: return String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
