package import Credentials
import HubWire

/// Compares passwords with hashes, in the same time whether there is a hash or not.
package struct PasswordCheck: Sendable {
    private let hasher: PasswordHasher

    package init(hasher: PasswordHasher) {
        self.hasher = hasher
    }

    /// - Parameter hash: nil for a person nobody knows.
    /// - Throws: 503 when more people sign in than this process can hash for.
    package func verify(_ password: String, hash: String?) async throws(WebFailure) -> Bool {
        do {
            return try await compare(password, hash: hash)
        } catch {
            throw PasswordCheck.failure(error)
        }
    }

    /// The hash of a password that is to be set.
    ///
    /// - Throws: 503 when more people sign in than this process can hash for.
    package func hash(_ password: String) async throws(WebFailure) -> String {
        do {
            return try await hasher.hash(password)
        } catch {
            throw PasswordCheck.failure(error)
        }
    }

    // MARK: - Private

    private static func failure(_ error: PasswordError) -> WebFailure {
        switch error.code {
        case .busy, .stopped, .cancelled:
            .unavailable("Too many people are signing in at this moment. Try again.", cause: error)
        default:
            WebFailure(.unavailable("Passwords cannot be checked at the moment."), cause: error)
        }
    }

    private func compare(_ password: String, hash: String?) async throws(PasswordError) -> Bool {
        do {
            return try await hasher.verify(password, hash: hash)
        } catch  where error.code == .tooLong || error.code == .containsNUL {
            // No such password was ever stored; the answer must not come sooner for that.
            return try await hasher.verify("", hash: nil)
        }
    }
}
