import Base
import Linux
import Packets
import Simulation
import TestSupport
import Testing

/// `knockd --read` on files written byte by byte.
struct CaptureSimulationTests {
    /// What a run said, and how it ended.
    private struct Run {
        var status: Int32 = -1
        var lines: [String] = []
        var complaints: [String] = []
        /// What was told with a time before it, without that.
        var events: [String] { lines.filter(Self.hasTime).map { String($0.dropFirst(24)) } }
        var summary: [String] { lines.filter { !Self.hasTime($0) } }

        private static func hasTime(_ line: String) -> Bool { line.dropFirst(4).first == "-" }
    }

    private static let ssh = """
        [ssh]
        sequence = 7000,8000,9000:udp
        seq_timeout = 5
        tcpflags = syn
        start_command = open %IP%
        cmd_timeout = 10
        stop_command = close %IP%
        """

    private func play(
        _ capture: [UInt8], _ configuration: String = ssh, interfaces: [String] = [], onlyIPv4: Bool = false
    ) throws -> Run {
        let directory = try TemporaryDirectory()
        let file = try directory.write(capture, to: "capture")
        let configurationFile = try directory.write(Array(configuration.utf8), to: "knockd.conf")
        return play(file, configurationFile, interfaces: interfaces, onlyIPv4: onlyIPv4)
    }

    private func play(
        _ file: String, _ configurationFile: String, interfaces: [String] = [], onlyIPv4: Bool = false
    ) -> Run {
        var complaints: [String] = []
        let lines = Lines()
        let status = CaptureSimulation.run(
            file: file, configurationFile: configurationFile, interfaces: interfaces, onlyIPv4: onlyIPv4,
            tell: { lines.all.append($0) }, complain: { complaints.append($0) })
        return Run(status: status, lines: lines.all, complaints: complaints)
    }

    private final class Lines {
        var all: [String] = []
    }

    private static let knocks = [
        Capture.packet(7000), Capture.packet(8000), Capture.packet(9000, flags: nil),
    ]

    private static func frames(_ packets: [[UInt8]], every step: Milliseconds = 100) -> [Capture.Captured] {
        Capture.every(step, packets.map { Capture.ethernet($0) })
    }

    private static let opening = [
        "198.18.1.2: ssh: Stage 1", "198.18.1.2: ssh: Stage 2", "198.18.1.2: ssh: OPEN SESAME",
        "ssh: would run: open 198.18.1.2",
    ]

    @Test(arguments: [Capture.pcap(frames(knocks)), Capture.pcapng(frames(knocks))])
    func aKnockInEitherFormatWouldOpen(capture: [UInt8]) throws {
        let run = try play(capture)
        #expect(run.status == 0)
        #expect(run.complaints == [])
        #expect(run.events == Self.opening)
        #expect(
            run.summary == [
                "3 packets read, 3 knocks, 0 skipped (no TCP or UDP over IP, truncated, or sent by the host itself)",
                "198.18.1.2: ssh: open when the capture ends", "ssh: would have opened 1 time",
            ])
    }

    @Test func eachLineBearsItsPacketsTime() throws {
        let run = try play(Capture.pcap(Self.frames(Self.knocks, every: 1007)))
        let moments = [0, 1007, 2014, 2014].map { Clock.localMillisecond(Capture.start + $0) }
        #expect(run.lines.prefix(4) == zip(moments, Self.opening).map { "\($0) \($1)" }[...])
    }

    @Test func whatTheTimeEndsIsToldAtItsOwnTime() throws {
        let frames =
            Self.frames(Self.knocks) + [
                .init(moment: Capture.start + 1000, bytes: Capture.ethernet(Capture.packet(7000, from: "198.18.1.9"))),
                .init(moment: Capture.start + 60_000, bytes: Capture.ethernet(Capture.packet(22))),
            ]
        let run = try play(Capture.pcap(frames))
        let (timeout, closing) = (Capture.start + 6000, Capture.start + 10_200)
        #expect(
            Array(run.lines[5..<8]) == [
                "\(Clock.localMillisecond(timeout)) 198.18.1.9: ssh: sequence timeout (stage 1)",
                "\(Clock.localMillisecond(closing)) 198.18.1.2: ssh: command timeout",
                "\(Clock.localMillisecond(closing)) ssh: would run: close 198.18.1.2",
            ])
    }

    @Test func aKnockWhileTheDoorIsOpenExtendsIt() throws {
        let run = try play(Capture.pcap(Self.frames(Self.knocks + Self.knocks)))
        #expect(run.events.last?.hasPrefix("198.18.1.2: ssh: stays open until ") ?? false)
        #expect(run.events.count { $0.contains("would run") } == 1)
    }

    @Test func aWrongKnockIsSaidToEndTheSequence() throws {
        let packets = [Capture.packet(7000), Capture.packet(9000, flags: nil), Capture.packet(8000)]
        let run = try play(Capture.pcap(Self.frames(packets)))
        #expect(run.status == 0)
        #expect(run.events == ["198.18.1.2: ssh: Stage 1", "198.18.1.2: ssh: attempt at stage 1 ended by 9000:udp"])
        #expect(run.summary.last == "ssh: would not have opened")
    }

    @Test func whyAKnockDoesNotCountIsSaid() throws {
        let target = Self.ssh + "\ntarget = 198.18.1.1"
        for (frame, reason) in [
            (
                Capture.ethernet(Capture.packet(7000, flags: [.fin, .ack])),
                "198.18.1.2: ssh: 7000:tcp ignored: its flags (fin,ack) do not match tcpflags"
            ),
            (
                Capture.ethernet(Capture.packet(8000, to: "198.18.1.7")),
                "198.18.1.2: ssh: 8000:tcp ignored: it is for 198.18.1.7, the door's target is 198.18.1.1"
            ),
            (
                Capture.ethernet(Capture.packet(7000), vlan: 5),
                "198.18.1.2: ssh: 7000:tcp ignored: it came in VLAN 5, the door listens outside VLANs"
            ),
            (
                Capture.ethernet(Capture.packet(9000, flags: nil, from: "224.0.0.1")),
                "224.0.0.1: 9000:udp ignored: no host has this address"
            ),
        ] {
            let run = try play(Capture.pcap(Capture.every(1, [frame])), target)
            #expect(run.events == [reason])
            #expect(run.summary.first?.hasPrefix("1 packet read, 0 knocks, 0 skipped (") == true)
        }
    }

    @Test func whatIsNobodysIsOnlyCounted() throws {
        let frames = Capture.every(
            1, [Capture.ethernet(Capture.packet(22)), [1, 2, 3], [UInt8](repeating: 2, count: 60), []])
        let run = try play(Capture.pcap(frames))
        #expect(run.events == [])
        #expect(run.summary.first?.hasPrefix("4 packets read, 0 knocks, 3 skipped (") == true)
    }

    @Test func attemptsThatTheFileLeavesUnfinishedAreTold() throws {
        let packets = [Capture.packet(7000), Capture.packet(8000), Capture.packet(7000, from: "198.18.1.9")]
        let run = try play(Capture.pcap(Self.frames(packets)))
        #expect(
            run.summary.dropFirst() == [
                "198.18.1.2: ssh: at stage 2 when the capture ends",
                "198.18.1.9: ssh: at stage 1 when the capture ends", "ssh: would not have opened",
            ])
    }

    @Test func anIPv6KnockWouldOpenUnlessNoNoticeIsTakenOfIt() throws {
        let (from, to) = ("2001:db8::2", "2001:db8::1")
        let packets = [
            Capture.packet(7000, from: from, to: to), Capture.packet(8000, from: from, to: to),
            Capture.packet(9000, flags: nil, from: from, to: to),
        ]
        let run = try play(Capture.pcap(Self.frames(packets)))
        #expect(run.events.last == "ssh: would run: open 2001:db8::2")
        let without = try play(Capture.pcap(Self.frames(packets)), onlyIPv4: true)
        #expect(without.events.count == 3)
        #expect(without.events.first == "2001:db8::2: 7000:tcp ignored: IPv6 is ignored")
    }

    @Test func aFileOfRawPacketsIsReadUnderBothItsNumbers() throws {
        for linkType in [12, 101] {
            let run = try play(Capture.pcap(Capture.every(1, Self.knocks), linkType: linkType))
            #expect(run.events == Self.opening)
        }
    }

    @Test func aBridgesCopyOfAPacketCountsOnce() throws {
        let configuration = "[twice]\nsequence = 7000,7000\nstart_command = x"
        let copies = [1, 2].map { Capture.linuxCooked2(Capture.packet(7000), interface: $0) }
        let run = try play(Capture.pcap(Capture.every(0, copies), linkType: 276), configuration)
        #expect(
            run.events == [
                "198.18.1.2: twice: Stage 1",
                "198.18.1.2: 7000:tcp ignored: another interface has seen this packet already",
            ])
        let two = try play(Capture.pcap(Capture.every(0, [copies[0], copies[0]]), linkType: 276), configuration)
        #expect(two.events.last == "twice: would run: x")
    }

    @Test func loopbackAddressesArePeersOnALoopbackDeviceAlone() throws {
        let packet = Capture.packet(7000, from: "127.0.0.1", to: "127.0.0.1")
        for (hardware, expected) in [
            (772, "127.0.0.1: ssh: Stage 1"), (1, "127.0.0.1: 7000:tcp ignored: no host has this address"),
        ] {
            let frame = Capture.linuxCooked2(packet, interface: 1, hardware: hardware)
            #expect(try play(Capture.pcap(Capture.every(0, [frame]), linkType: 276)).events == [expected])
        }
    }

    @Test func withAnInterfaceItsAddressesAreTheOnesThatCount() throws {
        let packets = [Capture.packet(7000, from: "127.0.0.2", to: "127.0.0.1"), Capture.packet(7000)]
        let run = try play(Capture.pcap(Self.frames(packets)), interfaces: ["lo"])
        #expect(
            run.events == [
                "127.0.0.2: ssh: Stage 1",
                "198.18.1.2: ssh: 7000:tcp ignored: it is for 198.18.1.1, no interface that -i names has this address",
            ])
        let unknown = try play(Capture.pcap([]), interfaces: ["nope0"])
        #expect(unknown.status == 1)
        #expect(unknown.complaints == ["nope0: no such interface; without -i, packets to every destination are read"])
    }

    @Test func timeThatGoesBackwardsStandsStill() throws {
        let frames = [Self.knocks[0], Self.knocks[1], Self.knocks[2]].enumerated().map { number, packet in
            Capture.Captured(moment: Capture.start - Milliseconds(number) * 100_000, bytes: Capture.ethernet(packet))
        }
        let run = try play(Capture.pcap(frames))
        #expect(run.events == Self.opening)
        #expect(run.lines.prefix(4).allSatisfy { $0.hasPrefix(Clock.localMillisecond(Capture.start)) })
    }

    @Test func ofATruncatedFileAllThatIsWholeIsTold() throws {
        let whole = Capture.pcap(Self.frames(Self.knocks))
        for length in whole.count - 40..<whole.count {
            let run = try play(Array(whole.prefix(length)))
            #expect(run.status == 1)
            #expect(run.events == Array(Self.opening.prefix(2)))
            #expect(run.summary.first?.hasPrefix("2 packets read, 2 knocks") == true)
            #expect(run.complaints.count == 1)
            #expect(run.complaints[0].contains("capture: truncated dump file"))
        }
    }

    @Test func whatCannotBeReadIsSaid() throws {
        for (capture, complaint) in [
            ([], "truncated dump file"), (Array("no capture file at all, but text".utf8), "unknown file format"),
            (Capture.pcap([], linkType: 105), "capture: captured on a link layer that cannot be read (IEEE802_11)"),
        ] {
            let run = try play(capture)
            #expect(run.status == 1)
            #expect(run.lines == [])
            #expect(run.complaints.count == 1)
            #expect(run.complaints.first?.contains(complaint) == true, "\(run.complaints)")
        }
        let directory = try TemporaryDirectory()
        let configuration = try directory.write(Array(Self.ssh.utf8), to: "knockd.conf")
        let run = play(directory.path("none"), configuration)
        #expect(run.status == 1)
        #expect(run.complaints == ["\(directory.path("none")): No such file or directory"])
        #expect(play(directory.path("none"), directory.path("neither")).status == 1)
    }

    @Test func noControlCharacterGetsIn() throws {
        let configuration = "[a\u{1B}[31m]\nsequence = 7000\nstart_command = x\u{07}y\u{85}"
        let run = try play(Capture.pcap(Self.frames([Capture.packet(7000)])), configuration)
        #expect(run.events.count == 2)
        for line in run.lines {
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(line)")
        }
    }

    @Test func noFileTraps() throws {
        var random = SeededGenerator.announced()
        let good = [Capture.pcap(Self.frames(Self.knocks)), Capture.pcapng(Self.frames(Self.knocks))]
        let directory = try TemporaryDirectory()
        let configuration = try directory.write(Array(Self.ssh.utf8), to: "knockd.conf")
        var statuses: [Int32: Int] = [:]
        for number in 0..<300 {
            let file = try directory.write(random.mutated(good[number % 2]), to: "capture")
            statuses[play(file, configuration).status, default: 0] += 1
        }
        #expect(statuses.keys.sorted() == [0, 1])
    }
}
