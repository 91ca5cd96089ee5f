/// Hashes and checks passwords with bcrypt (`$2b$`), away from the threads that serve requests.
package struct PasswordHasher: Sendable {
    private let cost: Int
    private let pool: HashingPool

    /// - Parameters:
    ///   - cost: 4–16; 12 takes about 0.2 s of CPU.
    ///   - threads: how many hashes are computed at a time.
    ///   - queueLimit: how many more may wait.
    package init(cost: Int = 12, threads: Int = 1, queueLimit: Int = 64) {
        precondition(Bcrypt.allowedCosts.contains(cost), "a bcrypt cost is in \(Bcrypt.allowedCosts)")
        self.cost = cost
        pool = HashingPool(threads: threads, queueLimit: queueLimit)
    }

    /// The hash to be stored, with a salt of its own.
    package func hash(_ password: String) async throws(PasswordError) -> String {
        if let refusal = PasswordHasher.refusal(of: password) { throw refusal }
        let cost = cost
        let hash = try await pool.run { Bcrypt.setting(cost: cost).flatMap { Bcrypt.hash(password, setting: $0) } }
        guard let hash else { throw PasswordError(.failed) }
        return hash
    }

    /// Whether this is the password of the hash.
    ///
    /// Without a hash the same work is done and the answer is false, so that the time does not tell whether a user
    /// exists. A password that could not have been hashed is false at once, whether or not there is a hash.
    /// - Parameter hash: what is stored, of the forms `$2a$`, `$2b$` or `$2y$`; nil for a user who does not exist.
    package func verify(_ password: String, hash: String?) async throws(PasswordError) -> Bool {
        guard PasswordHasher.refusal(of: password) == nil else { return false }
        if let hash, Bcrypt.cost(of: hash) == nil { throw PasswordError(.malformedHash) }
        let setting = hash ?? Bcrypt.throwawaySetting(cost: cost)
        guard let computed = try await pool.run({ Bcrypt.hash(password, setting: setting) }) else {
            throw PasswordError(.failed)
        }
        guard let hash else { return false }
        return PasswordHasher.areEqual(Array(computed.utf8), Array(hash.utf8))
    }

    /// Fails what waits with `stopped`, and everything that comes later.
    package func stop() {
        pool.stop()
    }

    // MARK: - Private

    private static func refusal(of password: String) -> PasswordError? {
        if password.utf8.count > Bcrypt.passwordLimit { return PasswordError(.tooLong) }
        if password.utf8.contains(0) { return PasswordError(.containsNUL) }
        return nil
    }

    /// Takes the same time wherever the bytes differ.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
