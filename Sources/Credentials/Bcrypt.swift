import CCrypt

/// The bcrypt of libxcrypt: `crypt_rn` with a working area of its own for each call, so that threads do not share one.
enum Bcrypt {
    /// The most bytes of a password that bcrypt reads.
    static let passwordLimit = 72

    /// The costs that are hashed and checked here: beyond 16 a single check takes seconds.
    static let allowedCosts = 4...16

    /// The cost of a hash of the forms `$2a$`, `$2b$` and `$2y$`; nil for any other text.
    static func cost(of hash: String) -> Int? {
        let bytes = Array(hash.utf8)
        guard
            bytes.count == 60, bytes.starts(with: Array("$2".utf8)), "aby".utf8.contains(bytes[2]),
            bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"),
            let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self)), allowedCosts.contains(cost),
            bytes[7...].allSatisfy(isSaltCharacter)
        else { return nil }
        return cost
    }

    /// A setting with a fresh random salt: what ``hash(_:setting:)`` needs for a new password.
    static func setting(cost: Int) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe crypt_gensalt_rn("$2b$", UInt(cost), nil, 0, buffer.baseAddress, CInt(buffer.count))
                .map { unsafe String(cString: $0) }
        }
    }

    /// A setting of that cost with a fixed salt, for work whose result is thrown away.
    static func throwawaySetting(cost: Int) -> String {
        "$2b$\(cost < 10 ? "0" : "")\(cost)$......................"
    }

    /// The hash of a password, which takes about 2 to the power of the setting's cost steps; nil for a bad setting.
    /// - Parameter setting: from ``setting(cost:)``, or a hash, whose salt and cost are then used.
    static func hash(_ password: String, setting: String) -> String? {
        let size = MemoryLayout<crypt_data>.size
        // Zeroed, as crypt.h asks for, on the heap: it is 32 KiB.
        let area = UnsafeMutableRawBufferPointer.allocate(
            byteCount: size,
            alignment: MemoryLayout<crypt_data>.alignment
        )
        unsafe area.initializeMemory(as: UInt8.self, repeating: 0)
        defer {
            // It holds the hash; the library has wiped its own scratch space.
            unsafe area.initializeMemory(as: UInt8.self, repeating: 0)
            unsafe area.deallocate()
        }
        return unsafe crypt_rn(password, setting, area.baseAddress, CInt(size)).map { unsafe String(cString: $0) }
    }

    // MARK: - Private

    /// The alphabet of bcrypt's own base 64.
    private static func isSaltCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2E...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
