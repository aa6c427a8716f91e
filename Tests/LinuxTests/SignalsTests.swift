import Glibc
import Linux
import Testing

/// Blocking signals changes the whole process, so that each test has one of its own.
struct SignalsTests {
    @Test(arguments: Signals.Signal.allCases.map(\.rawValue))
    func aSignalIsReadInsteadOfItsEffect(number: Int32) async {
        await #expect(processExitsWith: .success) { [number] in
            let signals = try Signals()
            #expect(signals.next() == nil)
            // To this thread, which has it blocked.
            #expect(raise(number) == 0)
            #expect(Poller.wait([Poller.Interest(signals.descriptor.number)], timeout: 5000) == [true])
            #expect(signals.next()?.rawValue == number)
            #expect(signals.next() == nil)
        }
    }

    @Test func whoIgnoresAllSignalsLivesOn() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Signals.ignoreAll()
            for signal in Signals.Signal.allCases { raise(signal.rawValue) }
            exit(7)
        }
    }

    @Test func aPipeWithoutAReaderIsAnError() async {
        await #expect(processExitsWith: .success) {
            let signals = try Signals()
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { exit(1) }
            let writer = Descriptor(owning: ends[1])
            close(ends[0])
            #expect(throws: SystemError("write", code: EPIPE)) { try writer.write([1]) }
            withExtendedLifetime(signals) {}
        }
    }
}
