import Base
import Capture
import Configuration
import Decoding
import Doorkeeper
import Linux

/// `knockd --read`: a file of captured packets instead of a network. It tells what the daemon would have done, runs
/// nothing, touches no ledger and needs no privilege.
package enum CaptureSimulation {
    /// Why there is nothing to play.
    private struct Refusal: Error {
        let reason: String
    }

    /// Tells what the packets of a file would have brought about; the exit status is 0 if it was read to its end.
    ///
    /// - Parameters:
    ///   - file: pcap or pcapng; `-` is standard input.
    ///   - interfaces: at doors without a target the addresses that these interfaces have now are the destinations that
    ///     count; with none, or with `any`, all destinations in the file are.
    ///   - onlyIPv4: whether no notice is taken of IPv6.
    ///   - allowsExampleKey: whether the published example key counts.
    ///   - tell: takes the lines for standard output.
    ///   - complain: takes the lines for standard error.
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

    /// Nil if every destination counts.
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
