import Foundation
import Testing

/// Legitimate clients during a flood: ten with the sequence and ten that sign with the key `phone`, each from its own
/// address.
struct Owners {
    /// The longest time, in seconds, from a client's last packet to its opening.
    static let patience = 2.0
    /// The milliseconds between two clients of a kind, and between two knocks of a sequence.
    private static let (pause, apart) = (150, 100)
    /// The most clients that may be left out because the machine stood still: more would measure nothing.
    private static let mostStalled = 6

    let site: Site
    /// The number of a range in 198.19.0.0/16, another each time.
    private let range: Int
    private let signed: [String]

    /// Signs the knocks in advance.
    init(_ site: Site, range: Int) throws {
        self.site = site
        self.range = range
        signed = try site.sign("signed", key: "phone", count: 10)
    }

    private var sequences: [String] { (1...10).map { "198.19.\(range).\($0)" } }
    private var signers: [String] { (11...20).map { "198.19.\(range).\($0)" } }

    /// A door of each kind, whose openings last this many seconds.
    static func doors(timeout: Int) -> String {
        DoorText.recording("door", "7000,8000,9000", timeout: timeout)
            + DoorText.signed("signed", keys: "laptop,phone", timeout: timeout)
    }

    /// Sends all knocks, and expects each to open in time. Returns the longest time to an opening, in seconds.
    @discardableResult
    func knock(at place: SourceLocation = #_sourceLocation) async throws -> Double {
        var due: [String: Int] = [:]
        var frames: [(at: Int, frame: String)] = []
        for (number, source) in sequences.enumerated() {
            for (step, port) in [7000, 8000, 9000].enumerated() {
                frames.append((number * Self.pause + step * Self.apart, site.frame(port, from: source)))
            }
            due["start door \(source)"] = number * Self.pause + 2 * Self.apart
        }
        for (number, source) in signers.enumerated() {
            frames.append((number * Self.pause + 50, site.signedFrame(signed[number], from: source)))
            due["start signed \(source)"] = number * Self.pause + 50
        }
        let stalls = MachineStalls()
        defer { stalls.end() }
        let began = Date().timeIntervalSince1970
        try site.inject(frames.sorted { $0.at < $1.at }.map { "\($0.at) \($0.frame)" })
        try? await site.waitFor("the owners to be in", within: Self.patience + 1) {
            Set(site.events).isSuperset(of: due.keys)
        }
        let late = site.timedEvents.compactMap { event in
            due[event.what].map { event.seconds - began - Double($0) / 1000 }
        }
        // The first knock of a sequence is the earliest packet that may have been lost.
        let lost = due.filter { !site.events.contains($0.key) }.filter { _, at in
            let last = began + Double(at) / 1000
            return !stalls.touched(last - 2 * Double(Self.apart) / 1000...last)
        }
        #expect(lost.isEmpty, "\(late.count) of 20 came in, without \(lost.keys.sorted())", sourceLocation: place)
        #expect(late.count > 20 - Self.mostStalled, "\(late.count) of 20 came in", sourceLocation: place)
        let worst = late.max() ?? .infinity
        #expect(worst < Self.patience, "one took \(worst) s", sourceLocation: place)
        return worst
    }

    /// Expects each opening to be closed within a second after its time.
    func expectClosing(after timeout: Double, at place: SourceLocation = #_sourceLocation) async throws {
        let opened = (sequences.map { "door \($0)" } + signers.map { "signed \($0)" })
            .filter { site.events.contains("start \($0)") }
        try await site.waitFor("the doors to be closed") {
            Set(site.events).isSuperset(of: opened.map { "stop \($0)" })
        }
        for what in opened {
            let times = ["start", "stop"].compactMap { word in
                site.timedEvents.first { $0.what == "\(word) \(what)" }?.seconds
            }
            try #require(times.count == 2, sourceLocation: place)
            let open = times[1] - times[0]
            #expect((timeout - 0.1..<timeout + 1).contains(open), "\(what): \(open) s", sourceLocation: place)
        }
    }
}
