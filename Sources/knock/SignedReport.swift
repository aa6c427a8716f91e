import Base
import Keys
import Linux

/// Reports about signed knocks.
extension KnockReport {
    static let noKey: Int32 = 5
    static let unreadableKey: Int32 = 6
    static let keyNotPrivate: Int32 = 7
    static let exampleKey: Int32 = 8
    static let pinnedElsewhere: Int32 = 9

    /// Tries the knocks without sending anything, then sends them and reports the result.
    static func rehearsed(_ run: KnockRun, with sender: some KnockSender, from origin: KnockOrigin) -> KnockReport {
        do throws(SystemError) {
            try run.rehearse(with: sender)
        } catch {
            return KnockReport(obstacle: error, origin: origin)
        }
        return KnockReport(run.perform(with: sender))
    }

    /// Reports that there is no key to sign with.
    init(_ trouble: KeyTrouble) {
        self.init(lines: ["knock: nothing was sent: \(trouble.message)"], status: trouble.status)
    }

    /// Reports a host none of whose addresses is allowed by the key.
    init(_ error: SignedTargets.PinnedElsewhere, host: String, file: String) {
        let list = { (addresses: [HostAddress]) in addresses.map(\.description).joined(separator: ", ") }
        let found = list(error.addresses)
        let what =
            switch error.addresses.count {
            case _ where host == found: "\(host) is not"
            case 1: "\(host) is \(found), which is not"
            default: "\(host) is \(found), none of which is"
            }
        let line =
            "knock: nothing was sent: \(what) among the addresses in \(file) (\(list(error.pins))); "
            + "\(host == found ? "" : "a name server may lie: ")change the file only if the server has moved"
        self.init(lines: [line], status: Self.pinnedElsewhere)
    }

    /// Reports a failure of libcrypto.
    init(failure error: any Error) {
        self.init(lines: ["knock: nothing was sent: \(error)"], status: Self.notSent)
    }
}

extension KeyTrouble {
    fileprivate var status: Int32 {
        switch self {
        case .missing, .noneFor, .severalFor, .noGeneration, .allRevoked: KnockReport.noKey
        case .unreadable, .faulty: KnockReport.unreadableKey
        case .notPrivate: KnockReport.keyNotPrivate
        case .example: KnockReport.exampleKey
        }
    }

    fileprivate var message: String {
        switch self {
        case .missing(let name, let directories):
            return "there is no key \(name) in \(Self.list(directories)); run knockctl keys export on the server, and "
                + "knockctl keys import here"
        case .noneFor(let host, let directories):
            return "no key in \(Self.list(directories)) is for a server named \(host); name the key with --key"
        case .severalFor(let host, let names):
            return
                "the keys \(names.map(\.description).joined(separator: ", ")) are all for \(host); name one with --key"
        case .noGeneration(let number, let key, let known):
            let numbers = known.map(String.init).joined(separator: ", ")
            let noun = known.count == 1 ? "generation" : "generations"
            return "the key \(key) has no generation \(number); it has \(noun) \(numbers)"
        case .allRevoked(let key):
            return "all generations of the key \(key) are revoked; fetch a new generation from the server"
        case .example(let file):
            return
                "\(file): this is the published example key, which everybody has; make a key with knockctl keys add, or "
                + "write --allow-example-key"
        case .notPrivate(let path, let fault, let isDirectory), .unreadable(let path, let fault, let isDirectory):
            return "\(path): \(fault.message(of: path, isDirectory: isDirectory))"
        case .faulty(let faults):
            return faults.map(\.description).joined(separator: "\n")
        }
    }

    private static func list(_ directories: [String]) -> String { directories.joined(separator: " or ") }
}
