import Crypto
package import HubModel

/// Tells whether a request was signed by a process of this deployment, for exactly this tenant, epoch and scope.
package struct SignatureVerifier: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: the key of the ``RequestSigner``s.
    package init(key: some Sequence<UInt8>) {
        self.key = RequestSigner.symmetricKey(key)
    }

    /// Returns when the signature holds now; the comparison takes the same time wherever the values differ.
    ///
    /// The expiry is judged last, so that only the holder of a key can learn that a signature is merely old.
    package func verify(
        _ header: String?,
        tenant: TenantID?,
        epoch: Epoch?,
        scope: SignatureScope,
        now: Timestamp
    ) throws(SignatureError) {
        guard let header else { throw SignatureError(code: .missing) }
        let parts = header.split(separator: ";", omittingEmptySubsequences: false)
        guard
            parts.count == 3, parts[0] == "v1", let expiry = SignatureVerifier.seconds(parts[1]),
            let code = Base64URL.decode(parts[2]), code.count == SHA256.byteCount
        else { throw SignatureError(code: .malformed) }
        let message = RequestSigner.message(tenant: tenant, epoch: epoch, scope: scope, expiry: expiry)
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key) else {
            throw SignatureError(code: .mismatch)
        }
        let skew = RequestSigner.clockSkew.components.seconds
        let latest = now.unixSeconds + RequestSigner.lifetime.components.seconds + skew
        guard expiry + skew > now.unixSeconds, expiry <= latest else { throw SignatureError(code: .expired) }
    }

    // MARK: - Private

    /// Digits only, and few enough that sums cannot overflow; one text per number.
    private static func seconds(_ text: Substring) -> Int64? {
        guard
            (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30
        else { return nil }
        return Int64(text)
    }
}
