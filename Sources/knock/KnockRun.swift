import Base
import Linux

/// The operations that a run needs from the network and the clock.
protocol KnockSender {
    /// Throws the error that would stop every knock of a transport from leaving for an address. Sends nothing.
    func rehearse(_ transport: Transport, to address: HostAddress) throws(SystemError)
    /// Throws if this machine has no route to an address. Sends nothing.
    func seekWay(to address: HostAddress) throws(SystemError)
    /// Sends one knock; returns after it has left this machine.
    func send(_ knock: Knock, to address: HostAddress) throws(SystemError)
    /// Waits for this time.
    func pause(_ span: Milliseconds)
}

/// One knock that did not leave this machine.
struct KnockFailure: Error, Equatable {
    let knock: Knock
    let address: HostAddress
    let error: SystemError
}

/// The result of the knocks, for all addresses of a host.
struct KnockOutcome: Equatable {
    /// Addresses that this machine has no route to. The run gives them up at the first knock.
    var unreachable: [KnockFailure] = []
    /// Knocks that failed at the other addresses.
    var failures: [KnockFailure] = []
    /// Addresses to which all knocks were sent.
    var complete: [HostAddress] = []

    /// Whether all knocks were sent to at least one address, and to no address only some of them.
    var isSuccess: Bool { failures.isEmpty && !complete.isEmpty }
}

/// The knocks of one request. Each knock goes to every address before the next one does.
struct KnockRun {
    let knocks: [Knock]
    let addresses: [HostAddress]
    let delay: Milliseconds

    /// Throws, before any knock has left, the error that would stop the knocks from leaving as asked: half a sequence
    /// opens nothing. An address family that this machine lacks is no error; `perform` skips such addresses.
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

    /// The result of the first knock if this machine has a route to no address; nil if it has one. Sends nothing.
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

    /// Sends all knocks. Notes a knock that fails, and continues with the others.
    func perform(with sender: some KnockSender) -> KnockOutcome {
        var outcome = KnockOutcome()
        for (index, knock) in knocks.enumerated() {
            // Without a reachable address there is no reason to wait.
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
