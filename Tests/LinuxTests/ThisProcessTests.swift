import Linux
import Testing

struct ThisProcessTests {
    @Test func theBootKeepsItsID() {
        let id = ThisProcess.bootID()
        #expect(id.prefix { $0 != "/" }.utf8.count == 36)
        #expect(!id.contains("\n"))
        #expect(ThisProcess.bootID() == id)
    }

    @Test func aContainersStartIsOfTheMachinesBoot() throws {
        let id = String(ThisProcess.bootID().prefix { $0 != "/" })
        #expect(ThisProcess.isOfThisMachinesBoot(id))
        #expect(ThisProcess.isOfThisMachinesBoot("\(id)/4711"))
        #expect(!ThisProcess.isOfThisMachinesBoot("5b1d3bcb-6bd2-4a5b-8e43-d0f2a5a1c0de/4711"))
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
