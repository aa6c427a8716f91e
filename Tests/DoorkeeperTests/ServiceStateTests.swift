import Base
import Testing

@testable import Doorkeeper

struct ServiceStateTests {
    private var service = ServiceState()

    @Test mutating func theDaemonBecomesReadyOnce() {
        #expect(!service.isReady)
        #expect(service.becomesReady() == true)
        #expect(service.isReady)
        #expect(service.becomesReady() == false)
    }

    @Test mutating func theFirstStatusOfAnEndCounts() {
        #expect(service.leaving == nil)
        #expect(service.leaves(status: 1) == true)
        #expect(service.leaves(status: 0) == false)
        #expect(service.leaving == 1)
    }

    @Test mutating func aServiceManagerThatDoesNotAskHearsNothing() {
        #expect(service.isAliveDue(every: nil, now: .max) == false)
        #expect(service.nextDeadline == nil)
    }

    @Test mutating func aServiceManagerThatAsksHearsAtOnceAndThenInItsTime() {
        #expect(service.isAliveDue(every: 500, now: 100) == true)
        #expect(service.nextDeadline == 600)
        #expect(service.isAliveDue(every: 500, now: 599) == false)
        #expect(service.isAliveDue(every: 500, now: 650) == true)
        #expect(service.nextDeadline == 1150)
    }
}
