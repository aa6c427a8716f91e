import Base
import Linux

/// What a run needs of the world.
protocol KnockSender {
    /// Throws what would keep every knock of a kind from leaving for an address; nothing is sent.
    func rehearse(_ transport: Transport, to address: HostAddress) throws(SystemError)
    /// Throws if this machine has no way to an address; nothing is sent.
    func seekWay(to address: HostAddress) throws(SystemError)
    /// Sends one knock; returning says that it has left this machine.
    func send(_ knock: Knock, to address: HostAddress) throws(SystemError)
    /// Lets this much time go by.
    func pause(_ span: Milliseconds)
}

/// One knock that did not leave this machine.
struct KnockFailure: Error, Equatable {
    let knock: Knock
    let address: HostAddress
    let error: SystemError
}

/// What became of the knocks, for all addresses of a host.
struct KnockOutcome: Equatable {
    /// Addresses that this machine has no way to; they were given up at the first knock.
    var unreachable: [KnockFailure] = []
    /// Knocks that failed at the other addresses.
    var failures: [KnockFailure] = []
    /// Addresses that got every knock.
    var complete: [HostAddress] = []

    /// Whether one address got every knock, and no address got only some.
    var isSuccess: Bool { failures.isEmpty && !complete.isEmpty }
}

/// The knocks of one request: every port in its order, and each at every address before the next.
struct KnockRun {
    let knocks: [Knock]
    let addresses: [HostAddress]
    let delay: Milliseconds

    /// Throws what would keep the knocks from leaving as the user asked, before any has left: half a sequence opens
    /// nothing. An address of a family that this machine has not is none of it: that one is left out later.
    func rehearse(with sender: some KnockSender) throws(SystemError) {
        let transports = [Transport.tcp, .udp].filter { kind in knocks.contains { $0.transport == kind } }
        for address in addresses {
            for transport in transports {
                do throws(SystemError) {
                    try sender.rehearse(transport, to: address)
                } catch {
                    if !error.meansNoRoute { throw error }
                }
            }
        }
    }

    /// What the first knock would come to if no address can be knocked at; nil if one can. Nothing is sent.
    func deadEnd(with sender: some KnockSender) -> KnockOutcome? {
        guard let first = knocks.first else { return nil }
        var outcome = KnockOutcome()
        for address in addresses {
            do throws(SystemError) {
                try sender.seekWay(to: address)
                return nil
            } catch {
                let failure = KnockFailure(knock: first, address: address, error: error)
                if error.meansNoRoute { outcome.unreachable.append(failure) } else { outcome.failures.append(failure) }
            }
        }
        return outcome
    }

    /// Sends all of it. A knock that fails is noted, and the others are still sent.
    func perform(with sender: some KnockSender) -> KnockOutcome {
        var outcome = KnockOutcome()
        for (index, knock) in knocks.enumerated() {
            // With nobody left to knock at there is nothing to wait for either.
            if outcome.unreachable.count == addresses.count { break }
            if index > 0, delay > 0 { sender.pause(delay) }
            for address in addresses where !outcome.unreachable.contains(where: { $0.address == address }) {
                do throws(SystemError) {
                    try sender.send(knock, to: address)
                } catch {
                    let failure = KnockFailure(knock: knock, address: address, error: error)
                    if index == 0, error.meansNoRoute {
                        outcome.unreachable.append(failure)
                    } else {
                        outcome.failures.append(failure)
                    }
                }
            }
        }
        let spoilt = (outcome.unreachable + outcome.failures).map(\.address)
        outcome.complete = addresses.filter { !spoilt.contains($0) }
        return outcome
    }
}
