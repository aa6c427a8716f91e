import CPcap

/// A filter expression, compiled for one of libpcap's link types, which tests match against frames.
@safe package final class CompiledFilter {
    /// An expression that libpcap rejects.
    package struct Refused: Error {
        package let text: String
    }

    package let text: String
    private let handle: OpaquePointer
    private var program = unsafe bpf_program()

    package init(_ text: String, linkType: Int32) throws {
        guard let handle = unsafe pcap_open_dead(linkType, 512) else { throw Refused(text: text) }
        self.text = text
        unsafe self.handle = handle
        guard unsafe pcap_compile(handle, &program, text, 1, UInt32.max) == 0 else { throw Refused(text: text) }
    }

    deinit {
        unsafe pcap_freecode(&program)
        unsafe pcap_close(handle)
    }

    package func passes(_ frame: [UInt8]) -> Bool {
        var header = pcap_pkthdr()
        header.caplen = UInt32(frame.count)
        header.len = UInt32(frame.count)
        return unsafe pcap_offline_filter(&program, &header, frame) != 0
    }
}
