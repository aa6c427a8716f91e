package import Keys
import Packets

extension MessageAuthentication {
    /// The first eight bytes of the code of an epoch's number: the hint of that epoch.
    package func hint(ofEpoch epoch: UInt64) throws(CryptoError) -> UInt64 {
        try code(of: epoch.bigEndianBytes[...]).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
