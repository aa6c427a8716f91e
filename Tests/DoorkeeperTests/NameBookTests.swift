import Base
import Events
import Packets
import Testing

@testable import Doorkeeper

/// A book behind a reference, so that it can be asked within an expectation.
private final class Book {
    private var state = NameBook()
    var knownCount: Int { state.knownCount }
    var wantedCount: Int { state.wantedCount }
    var hasProofWaiting: Bool { state.hasProofWaiting }
    func standing(_ number: Int, now: Milliseconds) -> NameStanding? { state.standing(of: address(number), now: now) }
    func want(_ number: Int, proof: Bool = false, now: Milliseconds = 0) -> Bool {
        state.want(address(number), isForProof: proof, now: now)
    }
    func isWanted(_ number: Int) -> Bool { state.isWanted(address(number)) }
    func learn(_ name: String?, of number: Int, now: Milliseconds = 0) {
        state.learn(name.flatMap(HostName.init), of: address(number), now: now)
    }
    func next(now: Milliseconds = 0) -> Int? {
        state.takeNext(now: now).map { Int($0.address.low & 0xFFFF) }
    }
}

private func address(_ number: Int) -> IPAddress { IPAddress(ipv4: 0xC612_0000 + UInt32(number)) }

struct NameBookTests {
    @Test func aNameIsKnownForFiveMinutesAndItsLackForOne() {
        let book = Book()
        #expect(book.standing(1, now: 0) == nil)
        book.learn("client.example", of: 1, now: 1000)
        book.learn(nil, of: 2, now: 1000)
        #expect(book.standing(1, now: 300_999) == .settled(HostName("client.example")))
        #expect(book.standing(1, now: 301_000) == nil)
        #expect(book.standing(2, now: 60_999) == .settled(nil))
        #expect(book.standing(2, now: 61_000) == nil)
    }

    @Test func beyond1024AddressesTheOneLearnedFirstGoes() {
        let book = Book()
        for number in 0..<1024 { book.learn("a", of: number) }
        // Learned anew: no more the first.
        book.learn("b", of: 0)
        book.learn("c", of: 5000)
        #expect(book.knownCount == 1024)
        #expect(book.standing(1, now: 0) == nil)
        #expect(book.standing(0, now: 0) == .settled(HostName("b")))
        #expect(book.standing(2, now: 0) == .settled(HostName("a")))
        for number in 6000..<9000 { book.learn(nil, of: number) }
        #expect(book.knownCount == 1024)
    }

    @Test func questionsAreAskedInTheirOrderAndOnce() {
        let book = Book()
        #expect(book.want(1) && book.want(2) && book.want(1))
        #expect(book.wantedCount == 2)
        #expect(book.next() == 1)
        #expect(book.next() == 2)
        #expect(book.next() == nil)
    }

    @Test func proofsGoBeforeStrangers() {
        let book = Book()
        #expect(book.want(1) && book.want(2) && !book.hasProofWaiting)
        #expect(book.want(3, proof: true) && book.want(2, proof: true) && book.hasProofWaiting)
        #expect(book.next() == 2, "it waits since it was a stranger's")
        #expect(book.next() == 3)
        #expect(book.next() == 1)
    }

    @Test func strangersLeave16PlacesToProofs() {
        let book = Book()
        #expect((0..<100).count { book.want($0) } == 48)
        #expect((100..<116).count { book.want($0, proof: true) } == 16)
        #expect(book.wantedCount == 64)
    }

    @Test func aProofTakesTheLastStrangersPlace() {
        let book = Book()
        for number in 0..<48 { #expect(book.want(number)) }
        for number in 100..<116 { #expect(book.want(number, proof: true)) }
        #expect(book.want(200, proof: true))
        #expect(book.isWanted(200) && !book.isWanted(47) && book.isWanted(46))
        #expect(!book.want(300))
        for number in 400..<447 { #expect(book.want(number, proof: true)) }
        #expect(book.wantedCount == 64)
        #expect(!book.want(500, proof: true), "64 proofs wait")
    }

    @Test func aQuestionThatWaited2SecondsIsOfNoUse() {
        let book = Book()
        #expect(book.want(1, now: 0) && book.want(2, proof: true, now: 0) && book.want(3, now: 1))
        #expect(book.next(now: 2000) == 3)
        #expect(book.wantedCount == 0)
    }
}
