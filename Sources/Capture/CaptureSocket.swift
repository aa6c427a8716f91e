package import Base
import CLinux
import CPcap
import Glibc
import Linux

/// A capture of packets that arrive at one interface, through libpcap and a filter in the kernel.
@safe
package final class CaptureSocket {
    /// Why packets cannot be captured, in libpcap's words.
    package struct CaptureError: Error, CustomStringConvertible {
        package let description: String
    }

    private let handle: OpaquePointer
    /// libpcap's link type of the captured frames (pcap-linktype(7)).
    package let linkType: Int32
    /// The descriptor to poll; readable when packets are waiting.
    package let descriptor: Int32

    /// Opens an interface, or `any`, for incoming packets, without promiscuous mode.
    ///
    /// - Parameter isImmediate: delivers each packet as it arrives, at the cost of a wake-up for each. Use it where the
    ///   filter lets few packets through and somebody is waiting for the result.
    package init(interface: String, isImmediate: Bool = false) throws(CaptureError) {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = unsafe pcap_create(interface, &message) else {
            throw CaptureError(description: CaptureSocket.text(message))
        }
        unsafe self.handle = handle
        unsafe pcap_set_snaplen(handle, CaptureLimits.capturedBytes)
        unsafe pcap_set_promisc(handle, 0)
        unsafe pcap_set_timeout(handle, CaptureLimits.holdBack)
        unsafe pcap_set_immediate_mode(handle, isImmediate ? 1 : 0)
        let status = unsafe pcap_activate(handle)
        if status < 0 {
            let reason = unsafe String(cString: pcap_statustostr(status))
            let detail = unsafe String(cString: pcap_geterr(handle))
            unsafe pcap_close(handle)
            throw CaptureError(description: "\(detail.isEmpty ? interface : detail) (\(reason))")
        }
        // The newer header of cooked frames (SLL2) names the interface.
        if interface == NetworkInterface.any { _ = unsafe pcap_set_datalink(handle, DLT_LINUX_SLL2) }
        linkType = unsafe pcap_datalink(handle)
        descriptor = unsafe pcap_get_selectable_fd(handle)
        unsafe pcap_setdirection(handle, PCAP_D_IN)
        if unsafe pcap_setnonblock(handle, 1, &message) != 0 {
            throw CaptureError(description: CaptureSocket.text(message))
        }
    }

    deinit {
        unsafe pcap_close(handle)
    }

    /// Compiles a filter expression and installs it in the kernel in one step, so that no packet is lost.
    ///
    /// - Parameters:
    ///   - expression: as in pcap-filter(7), about IP packets only; nil drops every packet.
    ///   - admitsVLANs: whether frames with a VLAN tag pass too. The kernel has removed the tag before it runs the
    ///     filter, so no expression can distinguish them. Cooked frames with a tag never pass: libpcap loses the tag,
    ///     and they would look like frames outside VLANs.
    ///   - narrowing: a program that decides on the packets that the expression accepts; nil accepts them all.
    package func setFilter(
        _ expression: String?, admitsVLANs: Bool, narrowing: [FilterInstruction]? = nil
    ) throws(CaptureError) {
        guard let expression else { return try attach([.refuse]) }
        var program = unsafe bpf_program()
        // libpcap makes the link header of cooked frames itself, so the kernel's filter sees the bare IP packet.
        let bare = unsafe isCooked ? pcap_open_dead(DLT_RAW, CaptureLimits.capturedBytes) : nil
        defer { unsafe bare.map { unsafe pcap_close($0) } }
        let compiler = unsafe bare ?? handle
        guard unsafe pcap_compile(compiler, &program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            throw CaptureError(description: unsafe String(cString: pcap_geterr(compiler)))
        }
        defer { unsafe pcap_freecode(&program) }
        let compiled = unsafe UnsafeBufferPointer(start: program.bf_insns, count: Int(program.bf_len)).map {
            FilterInstruction($0.code, $0.k, ifTrue: $0.jt, ifFalse: $0.jf)
        }
        let judging = narrowing.map { FilterInstruction.both(compiled, $0) } ?? compiled
        try attach((admitsVLANs && !isCooked ? [] : Self.refuseVLANs) + judging)
    }

    /// The offset of the IP header in the bytes that the kernel's filter sees.
    package var networkHeader: UInt32 { linkType == DLT_EN10MB ? 14 : 0 }

    private var isCooked: Bool { linkType == DLT_LINUX_SLL || linkType == DLT_LINUX_SLL2 }

    /// Drops a frame with a VLAN tag, and continues with a frame without one or with VLAN id 0, which means no VLAN
    /// (linux/filter.h: SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT, SKF_AD_OFF + SKF_AD_VLAN_TAG).
    private static let refuseVLANs: [FilterInstruction] = [
        .loadWord(at: 0xFFFF_F000 + 48),  // whether there is a tag
        .ifEqual(0, skip: 3),
        .loadWord(at: 0xFFFF_F000 + 44),  // the tag
        .ifAny(0x0FFF, else: 1),  // a VLAN id other than 0
        .refuse,
    ]

    private func attach(_ instructions: [FilterInstruction]) throws(CaptureError) {
        let program = instructions.map {
            bpf_insn(code: $0.code, jt: $0.ifTrue, jf: $0.ifFalse, k: $0.value)
        }
        if unsafe linux_attach_filter(descriptor, UInt32(program.count), program) != 0 {
            throw CaptureError(description: SystemError.last("setsockopt", "filter").description)
        }
    }

    /// Calls `body` with the captured bytes of each waiting packet, for at most `limit` packets.
    package func receive(limit: Int = CaptureLimits.packetsATurn, _ body: (RawSpan) -> Void) throws(CaptureError) {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        // Packets are read one by one: a libpcap callback would count references to `body` for each packet, and each
        // count waits for all that the packet has written.
        for _ in 0..<limit {
            let status = unsafe pcap_next_ex(handle, &header, &bytes)
            if status == 0 { return }
            guard status > 0, let header = unsafe header, let bytes = unsafe bytes else {
                throw CaptureError(description: unsafe String(cString: pcap_geterr(handle)))
            }
            body(unsafe UnsafeRawBufferPointer(start: bytes, count: Int(header.pointee.caplen)).bytes)
        }
    }

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
