import Base
import Testing

struct ShellWordTests {
    @Test(arguments: [
        ("/etc/knockd/keys/a-b_c.key", "/etc/knockd/keys/a-b_c.key"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#),
        ("", "''"),
        ("$(x)", "'$(x)'"), ("é", "'é'"),
    ])
    func wordsAreQuotedForAShell(text: String, word: String) {
        #expect(ShellWord.quoted(text) == word)
    }

    @Test func aShellGetsTheVeryWord() {
        #expect(ShellWord.quoted("a/b.key") == "a/b.key")
        #expect(ShellWord.quoted("it's") == #"'it'\''s'"#)
        #expect(ShellWord.quoted("a'\u{1B}%\\") == #""$(printf 'a\047\033%%\134')""#)
    }
}
