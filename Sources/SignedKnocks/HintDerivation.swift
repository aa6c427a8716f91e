package import Keys
import Packets

extension MessageAuthentication {
    /// The hint of an epoch: the first eight bytes of the code of the epoch's number.
    package func hint(ofEpoch epoch: UInt64) throws(CryptoError) -> UInt64 {
        try code(of: epoch.bigEndianBytes[...]).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
