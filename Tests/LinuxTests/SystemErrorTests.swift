import Linux
import Testing

struct SystemErrorTests {
    @Test func aSystemErrorShowsNoControlCharacter() {
        #expect(SystemError("open", "a\u{1B}\nb", code: 2).description == "a??b: No such file or directory (open)")
    }
}
