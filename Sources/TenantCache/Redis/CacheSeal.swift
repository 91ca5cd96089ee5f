import Caching
import Crypto

/// Binds a value to the key it lies under, so that what a shard's backends did not put there themselves is not believed.
///
/// A sealed value is a version, the fill token (16 bytes), the payload, and the first 16 bytes of an HMAC-SHA256 (RFC 2104)
/// over the length and text of the key, then all that precedes the code. The key's text names shard, gate epoch, tenant,
/// tenant epoch and subject, so a value moved to any other of them is refused. An old value put back under its own key
/// within one opening of the gate is not recognised: whoever can write to Redis can do that, and only that.
package struct CacheSeal: Sendable {
    private let key: SymmetricKey

    /// The bytes that a seal adds to a payload.
    package static let overhead = 1 + tokenLength + codeLength

    /// - Parameter secret: the same at every backend of a shard; any length, at least 128 bits of it unknown to others.
    package init(secret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Array("workspace-hub cache seal".utf8),
            outputByteCount: 32
        )
    }

    package func seal(_ item: CachedBytes, under keyText: String) -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(item.bytes.count + CacheSeal.overhead)
        append(item, under: keyText, to: &sealed)
        return sealed
    }

    /// - Returns: nil for anything that ``seal(_:under:)`` did not make for this key from this secret.
    package func open(_ sealed: [UInt8], under keyText: String) -> CachedBytes? {
        open(sealed[...], under: keyText)
    }

    /// Appends the sealed value to what there is.
    func append(_ item: CachedBytes, under keyText: String, to sealed: inout [UInt8]) {
        let start = sealed.endIndex
        sealed.append(CacheSeal.version)
        sealed.append(contentsOf: item.fill.bytes)
        sealed.append(contentsOf: item.bytes)
        sealed.append(contentsOf: code(of: sealed[start...], under: keyText).prefix(CacheSeal.codeLength))
    }

    func open(_ sealed: ArraySlice<UInt8>, under keyText: String) -> CachedBytes? {
        guard sealed.count >= CacheSeal.overhead, sealed.first == CacheSeal.version else { return nil }
        let message = sealed.dropLast(CacheSeal.codeLength)
        guard CacheSeal.isEqual(sealed.suffix(CacheSeal.codeLength), code(of: message, under: keyText)) else {
            return nil
        }
        guard let fill = FillToken(bytes: message.dropFirst().prefix(CacheSeal.tokenLength)) else { return nil }
        return CachedBytes(Array(message.dropFirst(1 + CacheSeal.tokenLength)), fill: fill)
    }

    // MARK: - Private

    private static let version: UInt8 = 1
    private static let tokenLength = 16
    private static let codeLength = 16

    private func code(of message: ArraySlice<UInt8>, under keyText: String) -> HMAC<SHA256>.MAC {
        var code = HMAC<SHA256>(key: key)
        var header: [UInt8] = []
        // With its length in front, no byte of the key's text can pass for one of the message.
        withUnsafeBytes(of: UInt64(keyText.utf8.count).littleEndian) { header.append(contentsOf: $0) }
        header.append(contentsOf: keyText.utf8)
        code.update(data: header)
        code.update(data: message)
        return code.finalize()
    }

    /// Compares in a time that does not tell where two codes differ.
    private static func isEqual(_ given: ArraySlice<UInt8>, _ expected: HMAC<SHA256>.MAC) -> Bool {
        zip(given, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
