// Shows what the rules for the kernel do not open, and whom they do not keep out: knocks in another order or too slow, port
// scans, strangers by the hundred; and that repeated knocks do no harm.
import Testing

extension EndToEnd {
    @Suite struct S56WhatTheKernelDoesNotOpen {
        private func site(_ backend: KernelBackend, _ door: String) async throws -> Site {
            let site = try Site()
            try await site.serve()
            try site.letTheKernelDo(door, backend)
            return site
        }

        /// Each from an address of its own; the last one shows that the rest could have opened.
        static let attempts: [(frames: [String], opens: Bool)] = [
            (["8000 tcp syn", "7000 tcp syn", "9000 tcp syn"], false), (["9000 tcp syn", "9000 tcp syn"], false),
            (["7000 tcp syn", "9000 tcp syn"], false), (["7000 udp -", "8000 tcp syn", "9000 tcp syn"], false),
            (["7000 tcp syn", "8000 tcp syn", "4444 tcp syn", "9000 tcp syn"], false),
            (["7000 tcp syn", "8000 tcp syn", "4444 udp -", "9000 tcp syn"], false),
            (["7000 tcp syn", "8000 tcp syn", "22 tcp syn", "9000 tcp syn"], false),
            (["7000 tcp ack", "8000 tcp ack", "9000 tcp ack"], false),
            (["7000 tcp syn", "8000 tcp syn", "7000 tcp syn", "9000 tcp syn"], false),
            // Repeated, begun anew, and beside what belongs to no attempt.
            (["7000 tcp syn", "7000 tcp syn", "8000 tcp syn", "8000 tcp syn", "9000 tcp syn", "9000 tcp syn"], true),
            (["7000 tcp syn", "8000 tcp syn", "7000 tcp syn", "8000 tcp syn", "9000 tcp syn"], true),
            (["7000 tcp syn", "8000 tcp syn", "4444 tcp ack", "4444 tcp rst", "9000 tcp syn"], true),
            (["7000 tcp syn", "8000 tcp syn", "9000 tcp syn"], true),
        ]

        @Test func onlyTheRightOrderOpens() async {
            await sideBySide(KernelBackend.possible.flatMap { [($0, false), ($0, true)] }) { backend, isIPv6 in
                let door = S55SequencesInTheKernel.door(openFor: 60)
                for batch in 0..<2 {
                    let site = try Site()
                    defer { site.close() }
                    try await site.serve()
                    let address = isIPv6 ? "fd00:198:18:1::" : "198.18.1."
                    try site.letTheKernelDo(door, backend, for: address)
                    // Eight of the client's addresses answer for themselves.
                    let attempts = Self.attempts.dropFirst(batch * 8).prefix(8).enumerated()
                        .map { ("\(address)\($0 + 2)", $1.frames, $1.opens) }
                    for (source, frames, _) in attempts {
                        let server = Site.server(for: source)
                        try site.inject(frames.enumerated().map { "\($0) \(source) \(server) \($1)" })
                    }
                    let open = try site.open(among: attempts.map { Site.Way($0.0) })
                    for (source, frames, opens) in attempts {
                        #expect(open.contains(Site.Way(source)) == opens, "\(frames)")
                    }
                }
            }
        }

        @Test func aPauseBetweenTwoKnocksEndsTheAttempt() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try await site(backend, S55SequencesInTheKernel.door(openFor: 60, "seq_timeout = 2"))
                defer { site.close() }
                let paces = [("198.18.1.2", 2700), ("198.18.1.3", 800)]
                let frames = paces.flatMap { source, pace in
                    [7000, 8000, 9000].enumerated().map { (time: $0 * pace, frame: site.frame($1, from: source)) }
                }
                try site.inject(frames.sorted { $0.time < $1.time }.map { "\($0.time) \($0.frame)" })
                #expect(try site.open(among: paces.map { Site.Way($0.0) }) == [Site.Way("198.18.1.3")])
            }
        }

        @Test func noScanOpensADoor() async {
            await sideBySide(KernelBackend.possible.flatMap { [($0, ["-r"]), ($0, [])] }) { backend, order in
                let site = try await site(backend, S55SequencesInTheKernel.door(openFor: 60, "seq_timeout = 60"))
                defer { site.close() }
                let words = ["nmap", "-n", "-Pn", "-T5", "--min-rate", "5000", "-p1-10000"] + order
                let scan = try site.client.run(words + [Site.serverAddress])
                try #require(scan.succeeded && scan.output.contains("10000 "), "\(scan)")
                #expect(try !site.canConnect())
                // A scanner is no stranger for ever.
                try site.knock(7000, 8000, 9000)
                #expect(try site.canConnect())
            }
        }

        /// The kernel remembers 100 addresses a list unless told otherwise; the lists are split.
        @Test func fiveHundredStrangersKeepNobodyOut() async {
            await sideBySide(KernelBackend.withEachFamily) { backend, client in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try site.letTheKernelDo(S55SequencesInTheKernel.door(), backend, for: client)
                let strangers = (0..<500).map { number in
                    client.contains(":")
                        ? "fd00:198:18:1::1:\(String(number, radix: 16))" : "198.18.\(4 + number / 256).\(number % 256)"
                }
                let frames =
                    [site.frame(7000, from: client)] + strangers.map { site.frame(7000, from: $0) }
                    + [site.frame(8000, from: client)] + strangers.map { site.frame(7000, from: $0) }
                    + [site.frame(9000, from: client)]
                try site.inject(frames.enumerated().map { "\($0) \($1)" })
                #expect(try site.canConnect(from: client))
            }
        }

        /// What is to another address of the same wire, or to all, is nobody's wrong port.
        @Test func whatIsNotToThisHostEndsNoAttempt() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try await site(backend, S55SequencesInTheKernel.door())
                defer { site.close() }
                let source = Site.clientAddress
                let frames = [
                    site.frame(7000), "\(source) 198.18.1.255 4444 udp -", "\(source) 224.0.0.251 5353 udp -",
                    site.frame(8000), site.frame(9000),
                ]
                try site.inject(frames.enumerated().map { "\($0) \($1)" })
                #expect(try site.canConnect())
            }
        }
    }
}
