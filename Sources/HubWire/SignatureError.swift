/// Why a request's signature was refused.
package struct SignatureError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// There is none: the request did not pass a router.
        case missing
        /// It is not of the form `v1;<expiry>;<mac>`.
        case malformed
        /// Its expiry has passed, or lies further ahead than any honest signer would set it.
        case expired
        /// It was made with another key, or for another tenant, epoch, scope or expiry.
        case mismatch
    }

    package let code: Code

    package var description: String {
        switch code {
        case .missing: "the request has no signature"
        case .malformed: "the request's signature is malformed"
        case .expired: "the request's signature has expired"
        case .mismatch: "the request's signature does not match it"
        }
    }
}
