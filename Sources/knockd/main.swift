import Base
import Doorkeeper
import Linux
import Listener
import Resolver
import Simulation
import Verifier

ThisProcess.openStandardDescriptors()
switch Invocation(ThisProcess.arguments) {
case .run(let settings):
    ThisProcess.exit(Doorkeeper.run(settings))
case .check(let settings):
    ThisProcess.exit(ConfigurationLoading.check(settings))
case .read(let file, let settings, let allowsExampleKey):
    ThisProcess.exit(
        CaptureSimulation.run(
            file: file, configurationFile: settings.configurationFile, interfaces: settings.interfaces,
            onlyIPv4: settings.onlyIPv4, allowsExampleKey: allowsExampleKey))
case .listener(let jail):
    runRole { () throws(SystemError) in
        try Listener.run(channel: Descriptor(owning: 3), link: Descriptor(owning: 4), jail: jail)
    }
case .verifier(let jail):
    runRole { () throws(SystemError) in
        try Verifier.run(channel: Descriptor(owning: 3), link: Descriptor(owning: 4), jail: jail)
    }
case .resolver:
    runRole { () throws(SystemError) in try Resolver.run(channel: Descriptor(owning: 3)) }
case .help:
    Output.print(Invocation.usage)
case .version:
    Output.print(Version.line(of: "knockd"))
case .wrong(let advice):
    Output.printError(advice.map { "knockd: \($0) (knockd --help shows the usage)" } ?? Invocation.usage)
    ThisProcess.exit(1)
}

/// Runs a role with the descriptors that the Doorkeeper has passed on.
func runRole(_ run: () throws(SystemError) -> Never) -> Never {
    do {
        try run()
    } catch {
        Output.printError("knockd: only the Doorkeeper can start this role (\(error)); run knockd")
        ThisProcess.exit(1)
    }
}
