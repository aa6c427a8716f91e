import Doors
import KernelRules
import Packets

/// The commands of a door's section, by the address family for which they are run.
struct DoorCommands {
    /// The commands for one address family.
    struct Pair {
        let family: AddressFamily
        let start: Field
        let startEffects: CommandEffects
        /// Nil if the directive is absent; an empty text if its value is empty.
        let stop: Field?
        let stopEffects: CommandEffects?
    }

    let section: DoorSection
    /// The address families that can knock at the door and have a start command; IPv4 first.
    let pairs: [Pair]

    init(_ section: DoorSection) {
        self.section = section
        let isIPv4 = section.classic.target.map(\.isIPv4)
        pairs = AddressFamily.allCases.compactMap { family in
            if let isIPv4, isIPv4 != (family == .ipv4) { return nil }
            let (start, stop) = section.commands.pair(for: family)
            guard let start, let template = ActionTemplate(start.text) else { return nil }
            return Pair(
                family: family, start: start, startEffects: CommandEffects(template), stop: stop,
                stopEffects: stop.flatMap { ActionTemplate($0.text) }.map { CommandEffects($0) })
        }
    }

    /// Whether all that its knock does is to close something.
    var onlyClose: Bool { !pairs.isEmpty && pairs.allSatisfy(\.startEffects.onlyCloses) }
}
