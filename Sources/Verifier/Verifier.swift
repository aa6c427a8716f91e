package import Confinement
import Doors
import KeyMessages
import Keys
package import Linux
import Messages
import SignedKnocks

/// The role that holds the keys: it judges the datagrams that the Listener passes on, and reports their requests as
/// claims.
///
/// It sees no network and has no privilege, and can do nothing but send messages over its channels. It exits when the
/// channel to the Doorkeeper closes.
package final class Verifier {
    private let channel: RoleChannel
    /// The channel between Verifier and Listener.
    private let link: RoleChannel
    private let clock: ClockWatch
    private var state: VerifierState
    /// Received since the last `apply`.
    private var newRules = VerifierRules()
    private var isJailed = false
    /// Messages for which the channels had no room.
    private var waiting: [[UInt8]] = []
    private var waitingHints: [[UInt8]] = []

    private let jail: Jail

    private init(channel: RoleChannel, link: RoleChannel, jail: Jail) throws(SystemError) {
        self.channel = channel
        self.link = link
        self.jail = jail
        clock = try ClockWatch()
        state = VerifierState()
    }

    /// Runs the role in this process, on the channels that it was started with. The process exits when the Doorkeeper
    /// has gone.
    package static func run(channel: Descriptor, link: Descriptor, jail: Jail) throws(SystemError) -> Never {
        Signals.ignoreAll()
        ThisProcess.setName(RoleName.verifier)
        let verifier = try Verifier(
            channel: RoleChannel(channel, messageSize: RoleMessage.size),
            link: RoleChannel(link, messageSize: CandidateBatch.messageSize), jail: jail)
        verifier.enterJail()
        verifier.loop()
        withExtendedLifetime(verifier) { ThisProcess.exit(0) }
    }

    /// Enters the jail, with everything open that the role will ever need.
    private func enterJail() {
        do {
            try VerifierState.rehearse()
            let fences = try jail.enterAsVerifier(
                channels: [channel.descriptor, link.descriptor], clock: clock, trap: JailReport.trap)
            send(.jail(.entered(fences)))
            isJailed = true
        } catch {
            send(.failure("the jail cannot be built: \(error)"))
        }
    }

    private func loop() {
        while isJailed {
            let now = Clock.monotonic()
            for report in state.takeTellings(now: now) { send(report) }
            sendWaiting()
            let ready = Poller.wait(
                [
                    Poller.Interest(channel.descriptor.number, forRoom: !waiting.isEmpty),
                    // Candidates that an earlier Verifier left unread wait until there are keys.
                    Poller.Interest(state.hasKeys ? link.descriptor.number : -1, forRoom: !waitingHints.isEmpty),
                    Poller.Interest(clock.descriptor.number),
                ],
                timeout: state.nextTelling.map { $0 - now })
            if ready[2] {
                _ = clock.acknowledge()
                // The timer may have been lost when the clock was set.
                clock.set(state.hintsGoodUntil)
            }
            if ready[0], !takeControls() { return }
            // Candidates are judged with the hints of the newest rules.
            renewHints()
            if ready[1] { takeCandidates() }
        }
    }

    /// Handles the waiting controls, up to one complete set of rules; false if the role must exit.
    private func takeControls() -> Bool {
        while true {
            switch channel.receive() {
            case .message(var bytes):
                guard let control = VerifierControl(bytes) else { return false }
                SecretBytes.wipe(&bytes)
                channel.wipe()
                guard obey(control) else { return false }
                if case .apply = control { return true }
            case .nothing: return true
            case .closed, .wrongSize: return false
            }
        }
    }

    private func obey(_ control: VerifierControl) -> Bool {
        switch control {
        case .generation(let key, let number, let isUsable, let keys):
            newRules.generations.append(.init(key: key, number: number, isUsable: isUsable, keys: keys))
        case .door(let door): newRules.add(door)
        case .doorKey(let key, let isDelegate):
            guard newRules.addKey(key, isDelegate: isDelegate) else { return false }
        case .apply(let window):
            newRules.window = TimeWindow(span: window)
            do {
                try state.apply(newRules)
            } catch {
                send(.failure(error.description))
                return false
            }
            newRules = VerifierRules()
        case .listenerStarted: state.listenerStarted()
        case .decided(let generation, let nonce, let isSpent):
            return state.decided(generation, nonce, isSpent: isSpent)
        case .ping: send(.pong)
        }
        return true
    }

    /// Sends the current hints, if the Listener does not have them.
    private func renewHints() {
        guard let hints = try? state.newHints(now: Clock.wallMilliseconds()) else { return }
        // The Listener discards a set of hints whose end does not arrive, so an unsent rest can be replaced.
        waitingHints = HintBatch.batches(of: hints).map(\.message)
        clock.set(state.hintsGoodUntil)
    }

    private func takeCandidates() {
        for _ in 0..<VerifierLimits.batchesATurn {
            switch link.receive() {
            case .message(let bytes):
                guard let batch = CandidateBatch(bytes) else { return listenerMisbehaves() }
                let (now, wall) = (Clock.monotonic(), Clock.wallMilliseconds())
                for candidate in batch.candidates {
                    state.hasRoomForSurplus = waiting.count < VerifierLimits.surplusMessages
                    if let report = state.judge(candidate, now: now, wall: wall) { send(report) }
                }
            case .wrongSize: return listenerMisbehaves()
            case .nothing, .closed: return
            }
        }
    }

    /// Discards the rest of its messages: the next Listener writes to the same channel.
    private func listenerMisbehaves() {
        send(.listenerMisbehaved)
        while true {
            switch link.receive() {
            case .message, .wrongSize: continue
            case .nothing, .closed: return
            }
        }
    }

    private func send(_ report: VerifierReport) {
        waiting.append(report.message)
        sendWaiting()
    }

    private func sendWaiting() {
        Self.send(&waiting, over: channel)
        Self.send(&waitingHints, over: link)
    }

    private static func send(_ messages: inout [[UInt8]], over channel: RoleChannel) {
        var sent = 0
        while sent < messages.count, case .sent = channel.send(messages[sent]) { sent += 1 }
        messages.removeFirst(sent)
    }
}
