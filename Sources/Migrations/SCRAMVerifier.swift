import Crypto
package import FoundationEssentials

/// What PostgreSQL stores of a password for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677), made on this side.
///
/// A role's password is set by sending this text, so that the password itself crosses no wire and enters no server log.
package struct SCRAMVerifier: Equatable, Sendable {
    package let iterations: Int
    package let salt: Data
    private let storedKey: Data
    private let serverKey: Data

    /// - Parameters:
    ///   - password: printable ASCII, for which SASLprep (RFC 4013) changes nothing; nil is returned for any other.
    ///   - salt: random bytes, 16 of them as PostgreSQL makes it.
    ///   - iterations: rounds of PBKDF2; PostgreSQL's own number by default.
    package init?(password: String, salt: Data, iterations: Int = 4096) {
        guard iterations > 0, !password.isEmpty, password.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        let salted = SCRAMVerifier.saltedPassword(password, salt: salt, iterations: iterations)
        let clientKey = HMAC<SHA256>.authenticationCode(for: Data("Client Key".utf8), using: salted)
        self.iterations = iterations
        self.salt = salt
        storedKey = Data(SHA256.hash(data: Data(clientKey)))
        serverKey = Data(HMAC<SHA256>.authenticationCode(for: Data("Server Key".utf8), using: salted))
    }

    /// Whether this is the verifier of the password.
    package func matches(_ password: String) -> Bool {
        SCRAMVerifier(password: password, salt: salt, iterations: iterations) == self
    }

    // MARK: - Private

    /// `Hi(password, salt, i)` of RFC 5802 section 2.2: PBKDF2 with one block.
    private static func saltedPassword(_ password: String, salt: Data, iterations: Int) -> SymmetricKey {
        let key = SymmetricKey(data: Data(password.utf8))
        var block = Data(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
        var result = block
        for _ in 1..<iterations {
            block = Data(HMAC<SHA256>.authenticationCode(for: block, using: key))
            for index in result.indices { result[index] ^= block[index] }
        }
        return SymmetricKey(data: result)
    }
}

extension SCRAMVerifier: LosslessStringConvertible {
    /// Reads the form of `pg_authid.rolpassword`: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`.
    package init?(_ description: String) {
        let parts = description.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "SCRAM-SHA-256" else { return nil }
        let derivation = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        let keys = parts[2].split(separator: ":", omittingEmptySubsequences: false)
        guard
            derivation.count == 2, keys.count == 2, let iterations = Int(derivation[0]), iterations > 0,
            let salt = Data(base64Encoded: String(derivation[1])), let storedKey = Data(base64Encoded: String(keys[0])),
            let serverKey = Data(base64Encoded: String(keys[1]))
        else { return nil }
        self.iterations = iterations
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    package var description: String {
        let keys = "\(storedKey.base64EncodedString()):\(serverKey.base64EncodedString())"
        return "SCRAM-SHA-256$\(iterations):\(salt.base64EncodedString())$\(keys)"
    }
}
