import Base
import CLinux
import Glibc

/// A command line taken apart by the C library's getopt_long, as the programs before ours did it.
package struct CommandLineOptions {
    /// One option that a program knows.
    package struct Option {
        package let letter: Character
        package let name: String
        package let takesValue: Bool

        package init(_ letter: Character, _ name: String, takesValue: Bool = false) {
            self.letter = letter
            self.name = name
            self.takesValue = takesValue
        }
    }

    /// The options in their order, each with its value where it takes one.
    package private(set) var options: [(letter: Character, value: String)] = []
    /// What is no option, in its order.
    package private(set) var operands: [String] = []

    /// Takes the arguments apart; nil if one of them is no option of the program, or lacks its value. getopt has then
    /// said so on standard error.
    ///
    /// - Parameter arguments: the program's name first. The parser is the process's only one: call it once.
    package init?(_ arguments: [String], known: [Option]) {
        if arguments.isEmpty { return nil }
        let shorts = known.map { "\($0.letter)" + ($0.takesValue ? ":" : "") }.joined()
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let names: [UnsafeMutablePointer<CChar>?] = unsafe known.map { unsafe strdup($0.name) }
        // getopt keeps pointers into the words it is given, so that they live until the end of this initialiser.
        defer { unsafe (words + names).forEach { unsafe free($0) } }
        let longs = unsafe zip(known, names).map { option, name in
            let letter = Int32(option.letter.asciiValue ?? 0)
            return unsafe linux_option(
                name: UnsafePointer(name), has_argument: option.takesValue ? 1 : 0, value: letter)
        }
        while true {
            let found = unsafe linux_getopt(Int32(arguments.count), &words, shorts, longs, Int32(longs.count))
            if found == -1 { break }
            guard let letter = UInt8(exactly: found).map({ Character(UnicodeScalar($0)) }), letter != "?" else {
                return nil
            }
            options.append((letter, unsafe linux_option_argument().map { unsafe String(cString: $0) } ?? ""))
        }
        // getopt has moved the operands behind the options.
        operands = unsafe words[Int(linux_option_index())..<arguments.count].compactMap { word in
            unsafe word.map { unsafe String(cString: $0) }
        }
    }

    /// The long option, without its dashes, that somebody may have meant in a command line that `init` has refused; nil
    /// where no word resembles one.
    package static func meant(by arguments: [String], known: [Option]) -> String? {
        let names = known.map(\.name)
        let written = arguments.dropFirst().prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .map { String($0.dropFirst(2).prefix { $0 != "=" }) }
        // getopt takes every unambiguous beginning of an option: that word is none of the wrong ones.
        let wrong = written.filter { word in !names.contains { $0.hasPrefix(word) } }
        return wrong.lazy.compactMap { Spelling.nearest(to: $0, among: names) }.first
    }
}
