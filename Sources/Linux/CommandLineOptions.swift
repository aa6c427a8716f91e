import Base
import CLinux
import Glibc

/// A command line parsed by the C library's getopt_long, as knockd and its client do.
package struct CommandLineOptions {
    /// An option that a program accepts.
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

    /// The options in order, each with its value; empty if it takes none.
    package private(set) var options: [(letter: Character, value: String)] = []
    /// The arguments that are not options, in order.
    package private(set) var operands: [String] = []

    /// Parses the arguments; nil if one is an unknown option or lacks its value. In that case getopt has printed an
    /// error.
    ///
    /// - Parameter arguments: the program's name comes first. getopt keeps global state, so call this once per process.
    package init?(_ arguments: [String], known: [Option]) {
        if arguments.isEmpty { return nil }
        let shorts = known.map { "\($0.letter)" + ($0.takesValue ? ":" : "") }.joined()
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let names: [UnsafeMutablePointer<CChar>?] = unsafe known.map { unsafe strdup($0.name) }
        // getopt keeps pointers into these words, so they live until the end of this initialiser.
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
        // getopt has moved the operands after the options.
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
