import Base
import Capture
import Configuration
import Decoding
import Doorkeeper
import Linux

/// Runs `knockd --read`: it reports what the daemon would have done for a file of captured packets. It runs no command,
/// touches no ledger and needs no privilege.
package enum CaptureSimulation {
    /// Why the file cannot be read.
    private struct Refusal: Error {
        let reason: String
    }

    /// Reports the effects of a file's packets, and returns the exit status: 0 if the file was read to its end.
    ///
    /// - Parameters:
    ///   - file: pcap or pcapng; `-` is standard input.
    ///   - interfaces: interfaces whose current addresses are valid destinations at doors without a target. With none,
    ///     or with `any`, every destination in the file is valid.
    ///   - onlyIPv4: whether IPv6 is ignored.
    ///   - allowsExampleKey: whether the published example key is valid.
    ///   - tell: takes lines for standard output.
    ///   - complain: takes lines for standard error.
    package static func run(
        file: String, configurationFile: String, interfaces: [String], onlyIPv4: Bool,
        allowsExampleKey: Bool = false,
        tell: @escaping (String) -> Void = { Output.printWaiting($0) },
        complain: (String) -> Void = { Output.printError($0) }
    ) -> Int32 {
        guard let configuration = ConfigurationLoading.load(configurationFile, withWarnings: false) else { return 1 }
        do {
            let capture = try open(file)
            let signed = SimulatedVerifier(configuration, allowsExampleKey: allowsExampleKey) {
                complain(PrintableText.line($0))
            }
            let simulation = SimulatedDoors(
                doors: configuration.doors, signed: signed,
                rates: (configuration.options.sourceRate, configuration.options.totalRate),
                interfaces: try named(interfaces), onlyIPv4: onlyIPv4, tell: tell)
            let outcome = play(capture.file, capture.linkType, on: simulation)
            simulation.finish()
            try outcome.get()
            return 0
        } catch let error as Refusal {
            complain(PrintableText.line(error.reason))
        } catch {
            complain(PrintableText.line("\(error)"))
        }
        return 1
    }

    private static func open(_ path: String) throws -> (file: CaptureFile, linkType: LinkType) {
        let file = try CaptureFile(path)
        guard let linkType = LinkType(rawValue: file.linkType) else {
            let name = CaptureFile.name(ofLinkType: file.linkType)
            throw Refusal(reason: "\(path): captured on a link layer that cannot be read (\(name))")
        }
        return (file, linkType)
    }

    /// The named interfaces; nil if every destination is valid.
    private static func named(_ names: [String]) throws(Refusal) -> [NetworkInterface]? {
        if names.isEmpty || names.contains("any") { return nil }
        var interfaces: [NetworkInterface] = []
        for name in names {
            guard let interface = NetworkInterface.named(name) else {
                throw Refusal(reason: "\(name): no such interface; without -i, packets to every destination are read")
            }
            interfaces.append(interface)
        }
        return interfaces
    }

    private static func play(
        _ file: CaptureFile, _ linkType: LinkType, on simulation: SimulatedDoors
    ) -> Result<Void, CaptureFile.ReadError> {
        let decoder = PacketDecoder(linkType: linkType)
        do {
            try file.forEach { moment, bytes in
                simulation.pass(to: moment)
                if let frame = try? decoder.decodeFrame(bytes) {
                    simulation.receive(frame, in: bytes)
                } else {
                    simulation.skip()
                }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
