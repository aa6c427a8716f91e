// Shows that `knockd --read` judges signed knocks in a capture file, by the file's time, and says at which step each one is
// refused; and that it changes nothing.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S52SignedKnocksInACapture {
        private static let doors =
            Site.signedOptions() + DoorText.signed("door", keys: "laptop", timeout: 10)
            + DoorText.signed("bound", keys: "laptop", timeout: 10, "address = bound")

        /// A capture of raw IPv4 packets.
        private struct Capture {
            private(set) var data = Data()

            init() {
                // pcap in nanoseconds' older brother: magic, version 2.4, no zone, 65,535 bytes, raw IP.
                for word: UInt32 in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 101] { append(word) }
            }

            /// - Parameter time: milliseconds since 1970.
            mutating func add(_ datagram: String, at time: Int, from source: [UInt8] = [198, 18, 1, 2]) {
                let payload = stride(from: 0, to: datagram.count, by: 2).compactMap { offset in
                    let start = datagram.index(datagram.startIndex, offsetBy: offset)
                    return UInt8(datagram[start...].prefix(2), radix: 16)
                }
                let length = 28 + payload.count
                append(UInt32(time / 1000))
                append(UInt32(time % 1000 * 1000))
                append(UInt32(length))
                append(UInt32(length))
                data += [0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 1, 0, 0, 64, 17, 0, 0] + source
                data += [198, 18, 1, 1, 0x9c, 0x40]
                let port = Site.signedPort
                data += [UInt8(port >> 8), UInt8(port & 255), 0, UInt8(8 + payload.count), 0, 0] + payload
            }

            private mutating func append(_ word: UInt32) {
                data += (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
            }
        }

        private func read(_ site: Site, _ capture: Capture) throws -> [String] {
            try capture.data.write(to: URL(fileURLWithPath: "\(site.scratch)/knocks.pcap"))
            try site.write("knockd.conf", Self.doors)
            let before = try Command.require(["ls", "-la", site.keyDirectory])
            let words = ["--read", "\(site.scratch)/knocks.pcap", "-c", "\(site.scratch)/knockd.conf"]
            let result = try Command.run(["env", "TZ=UTC", Host.knockd] + words)
            try #require(result.succeeded, "\(result.everything)")
            #expect(try Command.require(["ls", "-la", site.keyDirectory]) == before)
            return result.output.split(separator: "\n").map(String.init)
        }

        @Test func eachKnockIsToldWithItsStep() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            // Within one epoch, and within the lives of these keys, which have no end.
            let base = 1_800_000_030_000
            let good = try site.sign("door", "time=\(base)", "seconds=5")
            var forged = Array(good)
            forged[200] = forged[200] == "0" ? "1" : "0"
            let bound = try site.sign("bound", "time=\(base)")
            var capture = Capture()
            capture.add(String(good.dropLast(2)), at: base)
            capture.add(String(repeating: "5a", count: 120), at: base + 10)
            capture.add(String(forged), at: base + 20)
            capture.add(try site.sign("door", "time=\(base)", "operation=close", "seconds=7"), at: base + 30)
            capture.add(try site.sign("door", "time=\(base - 31_000)"), at: base + 40)
            capture.add(try site.sign("nosuch", "time=\(base)"), at: base + 50)
            capture.add(try site.sign("door", key: "phone", "time=\(base)"), at: base + 60)
            capture.add(bound, at: base + 70)
            capture.add(good, at: base + 100)
            capture.add(good, at: base + 200)
            capture.add(good, at: base + 300, from: [198, 18, 1, 3])
            capture.add(good, at: base + 5000)
            capture.add(good, at: base + 120_000)
            let said = try read(site, capture).map { $0.drop { $0 != " " }.drop(while: \.isWhitespace).description }
            let expected = [
                "datagram to the signed port refused at step 1", "datagram to the signed port refused at step 2",
                "datagram to the signed port refused at step 3",
                "signed knock from laptop (generation 1) refused at step 4",
                "signed knock from laptop (generation 1) refused at step 5",
                "nosuch: signed knock from laptop (generation 1) refused at step 6",
                "door: signed knock from phone (generation 1) refused at step 6",
                "bound: signed knock from laptop (generation 1) refused at step 6",
                "198.18.1.2: door: signed knock from laptop (generation 1)", "198.18.1.2: door: OPEN SESAME",
                "198.18.1.3: door: signed knock from laptop (generation 1) refused at step 8: it was sent before",
                "198.18.1.2: door: signed knock from laptop (generation 1) refused at step 8: it was sent before",
                "command timeout",
                "198.18.1.2: signed by laptop (generation 1) for another time: clocks differ by -120 s, or an old",
            ]
            var rest = said[...]
            for words in expected {
                guard let place = rest.firstIndex(where: { $0.contains(words) }) else {
                    Issue.record("no “\(words)” in its place in\n\(said.joined(separator: "\n"))")
                    return
                }
                rest = rest[(place + 1)...]
            }
            #expect(said.count { $0.contains("OPEN SESAME") } == 1)
            #expect(said.count { $0.contains("it was sent before") } == 3)
            #expect(said.contains { $0.contains("would have opened 1 time") })
        }

        @Test func whatTcpdumpHasCapturedIsReadToo() async throws {
            guard Host.find("tcpdump") != nil else { return }
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let file = "\(site.scratch)/knocks.pcap"
            let dump = try SpawnedProgram(
                site.server.inside(["tcpdump", "-i", "ks0", "-U", "-w", file, "udp", "port", "\(Site.signedPort)"]),
                errors: "\(site.scratch)/tcpdump.errors")
            defer { dump.end() }
            try await site.waitFor("tcpdump") { site.read("tcpdump.errors").contains("listening on") }
            let knock = try site.knockSigned("door")
            try site.knockSigned("door", from: Site.clientAddress6)
            try site.send(knock, from: "198.18.1.3")
            try await site.waitFor("three packets") {
                let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
                return size >= 24 + 2 * (16 + 14 + 148) + 16 + 14 + 168
            }
            try site.write("knockd.conf", Self.doors)
            let result = try Command.run([Host.knockd, "--read", file, "-c", "\(site.scratch)/knockd.conf"])
            #expect(result.output.contains(" 198.18.1.2: door: OPEN SESAME"), "\(result.everything)")
            #expect(result.output.contains(" \(Site.clientAddress6): door: OPEN SESAME"), "\(result.everything)")
            #expect(
                result.output.contains(
                    " 198.18.1.3: door: signed knock from laptop (generation 1) refused at step 8: it was sent before"),
                "\(result.everything)")
        }
    }
}
