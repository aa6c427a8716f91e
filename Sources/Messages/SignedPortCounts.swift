/// Datagrams to the signed port that were not passed on, by reason.
package struct SignedPortCounts: Equatable {
    /// Without a live hint.
    package var noise: UInt64
    /// Over the share of their generation, or more than the Verifier could take.
    package var overShare: UInt64

    package init(noise: UInt64 = 0, overShare: UInt64 = 0) {
        self.noise = noise
        self.overShare = overShare
    }
}

extension SignedPortCounts {
    func put(into writer: inout MessageWriter) {
        writer.put(noise)
        writer.put(overShare)
    }

    init?(reading reader: inout MessageReader) {
        guard let noise = reader.take(UInt64.self), let overShare = reader.take(UInt64.self) else { return nil }
        self.init(noise: noise, overShare: overShare)
    }
}
