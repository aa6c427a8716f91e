import Linux
import Testing

struct ThisProcessTests {
    @Test func theBootKeepsItsID() {
        let id = ThisProcess.bootID()
        #expect(id.utf8.count == 36)
        #expect(!id.contains("\n"))
        #expect(ThisProcess.bootID() == id)
    }

    @Test func randomNumbersDiffer() {
        #expect(Set((0..<10).map { _ in ThisProcess.randomNumber() }).count == 10)
    }

    @Test func aProcessBearsItsName() async {
        await #expect(processExitsWith: .success) {
            ThisProcess.setName("knockd")
            // The name of the thread that has set it.
            let name = try Files.read("/proc/thread-self/comm")
            #expect(String(decoding: name, as: UTF8.self) == "knockd\n")
        }
    }
}
