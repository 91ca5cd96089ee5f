import Crypto

/// HMAC-SHA256 (RFC 2104) under one key, both pads of which are hashed once: a code costs the blocks of its message and one
/// more.
struct KeyedHash: Sendable {
    private let inner: SHA256
    private let outer: SHA256

    init(key: [UInt8]) {
        var block = key.count > SHA256.blockByteCount ? Array(SHA256.hash(data: key)) : key
        block += Array(repeating: 0, count: SHA256.blockByteCount - block.count)
        inner = KeyedHash.hash(beginningWith: block.map { $0 ^ 0x36 })
        outer = KeyedHash.hash(beginningWith: block.map { $0 ^ 0x5C })
    }

    func code(of message: [UInt8]) -> [UInt8] {
        var inner = inner
        message.withUnsafeBytes { inner.update(bufferPointer: $0) }
        var outer = outer
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { Array($0) }
    }

    // MARK: - Private

    private static func hash(beginningWith block: [UInt8]) -> SHA256 {
        var hash = SHA256()
        hash.update(data: block)
        return hash
    }
}
