import Crypto
package import HubModel

/// Signs the tenant and epoch of a request, so that a backend serves only what passed a router.
///
/// The value of the header field is `v1;<expiry>;<mac>`: the expiry in whole Unix seconds, and the HMAC-SHA256 (RFC 2104)
/// in URL-safe base 64 of the lines `v1`, tenant, epoch, scope and expiry, where `-` stands for an absent tenant or epoch.
package struct RequestSigner: Sendable {
    private let hash: KeyedHash

    /// How long a signature is good for once made.
    package static let lifetime: Duration = .seconds(60)

    /// How old a signature may be when a router still sends it; well below ``lifetime``, so that it never expires on the way.
    package static let mintInterval: Duration = .seconds(15)

    /// How far the clocks of a signer and a verifier may differ.
    package static let clockSkew: Duration = .seconds(5)

    /// The shortest key accepted, in bytes: the width of the hash.
    package static let minimumKeyLength = 32

    /// - Parameter key: at least ``minimumKeyLength`` bytes, the same at every process of the deployment.
    package init(key: some Sequence<UInt8>) {
        hash = KeyedHash(key: RequestSigner.checked(key))
    }

    /// The value of ``HubHeader/signature``.
    /// - Parameter expiry: when the signature ends; parts of a second are dropped.
    package func sign(tenant: TenantID?, epoch: Epoch?, scope: SignatureScope, expiry: Timestamp) -> String {
        let seconds = expiry.unixSeconds
        let message = RequestSigner.message(tenant: tenant, epoch: epoch, scope: scope, expiry: seconds)
        return "v1;\(seconds);\(Base64URL.encode(hash.code(of: message)))"
    }
}

extension RequestSigner {
    static func symmetricKey(_ bytes: some Sequence<UInt8>) -> SymmetricKey { SymmetricKey(data: checked(bytes)) }

    private static func checked(_ key: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(key)
        precondition(bytes.count >= minimumKeyLength, "a signing key has at least \(minimumKeyLength) bytes")
        return bytes
    }

    /// The bytes that are authenticated; no part can contain a line break, so no two requests share a message.
    static func message(tenant: TenantID?, epoch: Epoch?, scope: SignatureScope, expiry: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(96)
        bytes.append(contentsOf: "v1\n".utf8)
        bytes.append(contentsOf: (tenant?.description ?? "-").utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: (epoch?.description ?? "-").utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: scope.rawValue.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: String(expiry).utf8)
        return bytes
    }
}

extension Timestamp {
    /// Whole seconds since the Unix epoch, rounded down.
    var unixSeconds: Int64 {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }
}
