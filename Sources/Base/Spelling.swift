/// Finding the word that somebody may have meant.
package enum Spelling {
    /// The one of these words that a misspelt one is nearest to; nil where none is near.
    ///
    /// Case does not matter. A beginning of one word alone stands for it, from two letters on.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let written = Array(word.lowercased().utf8)
        guard written.count > 1, written.count <= longest else { return nil }
        let begun = known.filter { $0.utf8.starts(with: written) }
        if begun.count == 1 { return begun.first }
        let near = known.compactMap { name -> (name: String, distance: Int)? in
            let letters = Array(name.lowercased().utf8)
            let distance = distance(written, letters)
            return distance <= allowed(min(written.count, letters.count)) ? (name, distance) : nil
        }
        return near.min { $0.distance < $1.distance }?.name
    }

    /// Longer words resemble none: the distance takes the product of both lengths.
    private static let longest = 40

    /// How many slips a word of this length may have.
    package static func allowed(_ length: Int) -> Int {
        length < 4 ? 0 : length < 6 ? 1 : 2
    }

    /// How many letters were left out, put in, exchanged or swapped with their neighbour.
    package static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, second) in other.enumerated() {
                var best = min(last[column] + (letter == second ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == second {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, last) = (last, current)
        }
        return last[other.count]
    }
}
