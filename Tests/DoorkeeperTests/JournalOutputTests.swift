import Glibc
import Linux
import Testing

@testable import Doorkeeper

struct JournalOutputTests {
    private let reading: Descriptor
    private let writing: Descriptor

    init() throws {
        var numbers: [Int32] = [-1, -1]
        try #require(unsafe pipe(&numbers) == 0)
        (reading, writing) = (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    }

    /// Leaves no room in the pipe.
    private func fill() {
        while Output.write("", to: writing.number) {}
    }

    @Test func aLineThatIsTakenIsAllThereIs() {
        var output = JournalOutput()
        output.write("one", to: writing.number)
        output.write("two", time: "[now] ", to: writing.number)
        #expect(drain(reading) == "one\n[now] two\n")
    }

    @Test func linesThatNobodyTakesAreCountedAndToldBeforeTheNextOne() {
        var output = JournalOutput()
        fill()
        for _ in 0..<3 { output.write("lost", to: writing.number) }
        #expect(output.leftOut == 3)
        _ = drain(reading)
        output.write("next", time: "[now] ", to: writing.number)
        output.write("last", time: "[now] ", to: writing.number)
        #expect(drain(reading) == "[now] 3 lines dropped (this output was not read)\n[now] next\n[now] last\n")
    }

    @Test func whatComesAfterATornLineBeginsALineOfItsOwn() {
        var output = JournalOutput()
        let long = String(repeating: "z", count: 100_000)
        output.write(long, to: writing.number)
        output.write("lost", to: writing.number)
        let beginning = drain(reading)
        #expect(!beginning.isEmpty && long.hasPrefix(beginning))
        output.write("next", to: writing.number)
        #expect(drain(reading) == "\n2 lines dropped (this output was not read)\nnext\n")
    }

    @Test func anotherFileBeginsWithALine() {
        var output = JournalOutput()
        output.write(String(repeating: "z", count: 100_000), to: writing.number)
        _ = drain(reading)
        output.hasMoved()
        output.write("next", to: writing.number)
        #expect(drain(reading) == "1 line dropped (this output was not read)\nnext\n")
    }
}
