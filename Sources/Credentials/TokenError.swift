/// Why a token is not accepted. For logs: a client only ever learns that it is not.
package struct TokenError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case malformed
        /// Not EdDSA; `none` and the shared-key algorithms among them.
        case unsupportedAlgorithm
        case unknownKey
        case badSignature
        case wrongIssuer
        case wrongAudience
        case expired
        case notYetValid
    }

    package let code: Code

    package var description: String {
        switch code {
        case .malformed: "the token is malformed"
        case .unsupportedAlgorithm: "the token's algorithm is not EdDSA"
        case .unknownKey: "the token's key is not known"
        case .badSignature: "the token's signature is wrong"
        case .wrongIssuer: "the token is from another issuer"
        case .wrongAudience: "the token is for another audience"
        case .expired: "the token has expired"
        case .notYetValid: "the token is not valid yet"
        }
    }
}
