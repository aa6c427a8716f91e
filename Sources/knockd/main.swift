import Linux
import Roles

ThisProcess.openStandardDescriptors()
switch Invocation(CommandLine.arguments) {
case .run(let settings):
    ThisProcess.exit(Doorkeeper.run(settings))
case .check(let configurationFile):
    ThisProcess.exit(ConfigurationLoading.check(configurationFile))
case .read(let file, let settings):
    ThisProcess.exit(
        CaptureReplay.run(
            file: file, configurationFile: settings.configurationFile, interfaces: settings.interfaces,
            onlyIPv4: settings.onlyIPv4))
case .listener:
    runRole(Listener.run)
case .resolver:
    runRole(Resolver.run)
case .help:
    Output.print(Invocation.usage)
case .version:
    Output.print("knockd (Postern) 0.1.0")
case .wrong:
    Output.printError(Invocation.usage)
    ThisProcess.exit(1)
}

/// Runs a role over the descriptor that the Doorkeeper hands over.
func runRole(_ run: (Descriptor) throws(SystemError) -> Never) -> Never {
    do {
        try run(Descriptor(owning: 3))
    } catch {
        Output.printError("knockd: the Doorkeeper starts this role, nobody else (\(error))")
        ThisProcess.exit(1)
    }
}
