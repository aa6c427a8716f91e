import Base
import Knocks
import Packets
import Testing

@testable import Doors

struct CooldownBookTests {
    private func door(_ name: String = "door", cooldown: Milliseconds) -> Door {
        Door(
            identity: DoorIdentity(name: name), sequence: nil, sequenceCooldown: cooldown, actions: nil,
            actionsIPv6: nil, openFor: 0, startLimit: nil, stopLimit: 0, reknock: .extend, maxOpenings: 1)
    }

    private func source(_ number: Int) -> IPAddress { IPAddress(high: 0x2001_0DB8 << 32, low: UInt64(number)) }

    @Test func aSourceIsInItsCooldownUntilThatIsOver() {
        var book = CooldownBook()
        let door = door(cooldown: 5000)
        #expect(book.rest(of: door, source(1), now: 0) == nil)
        book.begin(at: door, source(1), now: 100)
        #expect(book.rest(of: door, source(1), now: 100) == .init(seconds: 5, isNews: true))
        #expect(book.rest(of: door, source(1), now: 101) == .init(seconds: 5, isNews: false))
        #expect(book.rest(of: door, source(1), now: 5099) == .init(seconds: 1, isNews: false))
        #expect(book.rest(of: door, source(1), now: 5100) == nil)
        book.begin(at: door, source(1), now: 6000)
        #expect(book.rest(of: door, source(1), now: 10_999) == .init(seconds: 1, isNews: true))
    }

    @Test func otherSourcesAndOtherDoorsAreNot() {
        var book = CooldownBook()
        let door = door(cooldown: 5000)
        book.begin(at: door, source(1), now: 0)
        #expect(book.rest(of: door, source(2), now: 1) == nil)
        #expect(book.rest(of: self.door("other", cooldown: 5000), source(1), now: 1) == nil)
    }

    @Test func aDoorWithoutCooldownHasNone() {
        var book = CooldownBook()
        let door = door(cooldown: 0)
        book.begin(at: door, source(1), now: 0)
        #expect(book.rest(of: door, source(1), now: 0) == nil)
        #expect(book.count(at: door) == 0)
    }

    @Test func aReloadedDoorsNewCooldownCounts() {
        var book = CooldownBook()
        book.begin(at: door(cooldown: 5000), source(1), now: 0)
        #expect(book.rest(of: door(cooldown: 1000), source(1), now: 2000) == nil)
        #expect(book.rest(of: door(cooldown: 0), source(1), now: 1) == nil)
        #expect(book.rest(of: door(cooldown: 9000), source(1), now: 6000) == .init(seconds: 3, isNews: true))
    }

    @Test func whatDidNotCountIsForgotten() {
        var book = CooldownBook()
        let door = door(cooldown: 5000)
        book.begin(at: door, source(1), now: 0)
        book.forget(source(1), at: door.identity)
        #expect(book.rest(of: door, source(1), now: 1) == nil)
    }

    @Test func forgedSourcesFillNoMoreThanTheirDoorsBook() {
        var book = CooldownBook()
        let (door, other) = (door(cooldown: 86_400_000), door("other", cooldown: 86_400_000))
        book.begin(at: other, source(0), now: 0)
        for number in 1...40_000 { book.begin(at: door, source(number), now: Milliseconds(number)) }
        #expect(book.count(at: door) == DoorsLimits.sourcesInCooldown)
        #expect(book.rest(of: door, source(1), now: 40_000) == nil)
        #expect(book.rest(of: door, source(40_000), now: 40_000) != nil)
        #expect(book.rest(of: other, source(0), now: 40_000) != nil)
    }

    @Test func whatIsOverTakesNoRoom() {
        var book = CooldownBook()
        let door = door(cooldown: 1000)
        for number in 1...10_000 { book.begin(at: door, source(number % 50), now: Milliseconds(10 * number)) }
        #expect(book.count(at: door) <= 100)
    }
}
