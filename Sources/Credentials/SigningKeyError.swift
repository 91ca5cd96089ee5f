/// Why a text is not a key for tokens.
package struct SigningKeyError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// Not base 64 of exactly 32 bytes.
        case malformed
    }

    package let code: Code

    package var description: String { "expected an Ed25519 key as base 64 of 32 bytes" }
}
