import Crypto
import FoundationEssentials

/// The public half of a key that signs tokens (Ed25519, RFC 8032), as the directory holds it.
package struct PublicSigningKey: Hashable, Sendable {
    /// Base 64 of the 32 bytes.
    package let text: String
    /// The first 16 hexadecimal digits of the SHA-256 of the 32 bytes.
    package let keyID: String

    let bytes: Data

    package init(text: String) throws(SigningKeyError) {
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { throw SigningKeyError(code: .malformed) }
        self.init(bytes: bytes)
    }

    init(bytes: Data) {
        self.bytes = bytes
        text = bytes.base64EncodedString()
        keyID = SHA256.hash(data: bytes).prefix(8)
            .map { String($0 >> 4, radix: 16) + String($0 & 0xF, radix: 16) }
            .joined()
    }
}
