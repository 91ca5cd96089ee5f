import Crypto
import HubModel

/// What opens one session of a user for a super admin: `<id>.<secret>`, of which the database keeps a hash.
struct ImpersonationTicket: Sendable {
    /// How long it may be used.
    static let lifetime = Duration.seconds(60)
    /// How long the session lasts at most.
    static let sessionLifetime = Duration.seconds(3600)

    let id: ImpersonationID
    private let secret: [UInt8]

    /// A new one.
    init(at moment: Timestamp) {
        id = .make(at: moment)
        var generator = SystemRandomNumberGenerator()
        secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = ImpersonationID(String(parts[0])), let secret = Base64URL.decode(parts[1]),
            secret.count == 32
        else { return nil }
        self.id = id
        self.secret = secret
    }

    var text: String { "\(id).\(Base64URL.encode(secret))" }

    /// SHA-256: the secret has 256 random bits, so a slow hash would protect nothing.
    var secretHash: [UInt8] { Array(SHA256.hash(data: secret)) }
}
