import Testing

@testable import Doorkeeper

struct OnceUntilChangedTests {
    @Test func aStateIsNewsOnceUntilAnotherOneWas() {
        var told = OnceUntilChanged<String>()
        #expect(told.isNews("a") == true)
        #expect(told.isNews("a") == false)
        #expect(told.isNews("b") == true)
        #expect(told.isNews("a") == true, "it was something else meanwhile")
    }

    @Test func whatIsForgottenIsNewsAgain() {
        var told = OnceUntilChanged<Int>()
        #expect(told.forget() == false, "nothing was told")
        #expect(told.isNews(1) == true)
        #expect(told.forget() == true)
        #expect(told.forget() == false)
        #expect(told.isNews(1) == true)
    }
}
