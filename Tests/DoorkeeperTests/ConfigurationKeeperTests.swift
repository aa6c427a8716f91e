import Doors
import Events
import Knocks
import Testing

@testable import Configuration
@testable import Doorkeeper

struct ConfigurationKeeperTests {
    private func keeper(
        _ configuration: Configuration = Configuration(), with change: (inout Settings) -> Void = { _ in }
    ) -> ConfigurationKeeper {
        var settings = Settings(configurationFile: "/etc/knockd.conf")
        change(&settings)
        return ConfigurationKeeper(settings, configuration)
    }

    private func configuration(_ change: (inout Configuration.Options) -> Void) -> Configuration {
        var configuration = Configuration()
        change(&configuration.options)
        return configuration
    }

    // MARK: Reloads

    @Test func whatIsNotFixedCountsAsItWasRead() {
        var new = configuration { options in
            (options.logFile, options.signedPort, options.timeWindow) = ("/log", 1, 2)
            (options.onExit, options.reloadKeeps) = (.keep, true)
        }
        new.doors = [RoleSamples.door("door", 1, 2)]
        #expect(
            keeper().reload(new, interfaces: ["eth0"])
                == ConfigurationKeeper.Reload(configuration: new, kept: []))
    }

    @Test func whatIsFixedAtTheStartStaysAndIsTold() {
        let old = configuration { options in
            (options.interfaces, options.users, options.stateFile) = (["eth0"], ["a", "b"], "/state")
            options.pidFile = "/pid"
        }
        var new = configuration { options in
            (options.interfaces, options.users, options.stateFile) = (["eth1"], [], nil)
            (options.pidFile, options.isSandboxed, options.logFile) = ("/other", false, "/log")
        }
        let reload = keeper(old) { $0.isDaemon = true }.reload(new, interfaces: ["eth0"])
        #expect(
            reload.kept == [
                .interface(.kept(named: "eth0")), .daemon(.jailKept), .daemon(.optionKept("StateFile")),
                .daemon(.optionKept("PidFile")),
            ])
        (new.options.interfaces, new.options.users, new.options.stateFile) = (["eth0"], ["a", "b"], "/state")
        (new.options.pidFile, new.options.isSandboxed) = ("/pid", true)
        #expect(reload.configuration == new, "the log file is another one")
    }

    @Test func anInterfaceNamedOnTheCommandLineHidesThoseOfTheFile() {
        let new = configuration { $0.interfaces = ["eth1"] }
        let reload = keeper(with: { $0.interfaces = ["eth0"] }).reload(new, interfaces: ["eth0"])
        #expect(reload.kept == [] && reload.configuration == new)
    }

    @Test func aPidFileMattersInTheBackgroundAlone() {
        let new = configuration { $0.pidFile = "/other" }
        #expect(keeper().reload(new, interfaces: []).kept == [])
    }

    @Test func aReloadCountsOnceItIsAdopted() {
        var adopting = keeper()
        let new = configuration { $0.logFile = "/log" }
        let reload = adopting.reload(new, interfaces: [])
        #expect(adopting.configuration == Configuration())
        adopting.adopt(reload)
        #expect(adopting.configuration == new)
        #expect(adopting.reload(Configuration(), interfaces: []).kept == [])
    }

    @Test func anotherLedgerIsTheOneOfTheNextStart() {
        let new = configuration { $0.stateFile = "/other" }
        #expect(keeper().newStateFile(in: new) == "/other")
        #expect(keeper(new).newStateFile(in: new) == nil, "it is in use")
        #expect(keeper(new).newStateFile(in: Configuration()) == nil, "the file names none")
        #expect(keeper(with: { $0.stateFile = "/mine" }).newStateFile(in: new) == nil, "the command line names it")
    }

    @Test func theFilesPathIsAbsolute() {
        #expect(keeper().file == "/etc/knockd.conf")
        let relative = ConfigurationKeeper(Settings(configurationFile: "knockd.conf"), Configuration())
        #expect(relative.file.hasPrefix("/") && relative.file.hasSuffix("/knockd.conf"))
        #expect(relative.settings.configurationFile == "knockd.conf")
    }

    // MARK: One-time sequences

    @Test func aDoorTakesTheNextSequencesOfItsFile() throws {
        let lines = [[1, 2], [3, 4], [5, 6]].compactMap { KnockSequence($0.map { Knock(.tcp, $0) }) }
        let once = Door(
            identity: DoorIdentity(name: "once"),
            sequence: SequenceDoor(sequence: lines[0], flagRule: TCPFlagRule(), timeout: 1000, target: nil),
            oneTimeFile: "/once", laterSequences: Array(lines.dropFirst()), oneTimeWindow: 8, actions: nil,
            actionsIPv6: nil, openFor: 0, startLimit: nil, stopLimit: 0, reknock: .extend, maxOpenings: 1)
        let other = RoleSamples.door("other", 7, 8)
        var configuration = Configuration()
        configuration.doors = [other, once]
        var taking = keeper(configuration)
        taking.replaceSequences(of: once, [lines[2]])
        #expect(taking.configuration.doors == [other, once.taking([lines[2]])])
        taking.replaceSequences(of: once, [])
        #expect(taking.configuration.exhaustedDoors.map(\.identity.name) == ["once"])
    }
}
