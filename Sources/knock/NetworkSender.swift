import Base
import Linux
import Packets

/// Sends knocks over the network, and prints each one first if the user wants that.
struct NetworkSender: KnockSender {
    private let isVerbose: Bool
    private let origin: KnockOrigin
    private let flags: TCPFlags?

    init(_ request: KnockRequest) {
        isVerbose = request.isVerbose
        origin = request.origin
        flags = request.flags
    }

    func rehearse(_ transport: Transport, to address: HostAddress) throws(SystemError) {
        if transport == .tcp, flags != nil { try RawTCPSocket.rehearse(address, from: origin) }
        try KnockSocket.rehearse(address, udp: transport == .udp, from: origin)
    }

    func seekWay(to address: HostAddress) throws(SystemError) {
        try KnockSocket.seekWay(to: address, from: origin)
    }

    func send(_ knock: Knock, to address: HostAddress) throws(SystemError) {
        if isVerbose { Output.print(KnockText.hitting(knock, address)) }
        switch (knock.transport, flags) {
        case (.tcp, let flags?): try sendSegment(flags, to: address, port: knock.port)
        case (.tcp, nil): try KnockSocket.sendSYN(to: address, port: knock.port, from: origin)
        case (.udp, _): try KnockSocket.sendDatagram(to: address, port: knock.port, from: origin)
        }
    }

    private func sendSegment(_ flags: TCPFlags, to address: HostAddress, port: UInt16) throws(SystemError) {
        let socket = try RawTCPSocket(to: address, port: port, from: origin)
        let random = ThisProcess.randomNumber()
        let segment = TCPSegment(
            sourcePort: socket.sourcePort, destinationPort: port, flags: flags,
            sequenceNumber: UInt32(truncatingIfNeeded: random),
            acknowledgment: UInt32(truncatingIfNeeded: random >> 32))
        try socket.send(segment.bytes(from: socket.source, to: address))
    }

    func pause(_ span: Milliseconds) {
        Clock.pause(span)
    }
}
