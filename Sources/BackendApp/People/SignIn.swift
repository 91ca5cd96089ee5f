import Credentials
import HubModel
import HubWeb
import HubWire
import ShardStore

/// Signs a person in by email and password.
///
/// Every wrong pair costs the same work and gets the same answer, whether the email is known or not.
struct SignIn: Sendable {
    private static let refused = WebFailure(.unauthorized("The email or the password is wrong."))

    private let gate: SchemaGate
    private let store: ShardStore
    private let passwords: PasswordCheck
    private let signer: TokenSigner
    private let lifetime: Duration
    private let now: WallClock

    /// - Parameter lifetime: how long a session lasts.
    init(
        gate: SchemaGate,
        store: ShardStore,
        passwords: PasswordCheck,
        signer: TokenSigner,
        lifetime: Duration,
        now: @escaping WallClock
    ) {
        self.gate = gate
        self.store = store
        self.passwords = passwords
        self.signer = signer
        self.lifetime = lifetime
        self.now = now
    }

    /// - Throws: 401 for any wrong pair; 503 when too many people sign in at once.
    func perform(_ request: LoginRequest, in context: TenantWebContext) async throws -> LoginAnswer {
        try gate.pass()
        let stranger = context.tenantContext(actor: nil)
        let user: UserRecord? =
            if let email = EmailAddress(request.email) {
                try await store.withRead(stranger) { try await $0.users.find(email: email) }
            } else {
                nil
            }
        // No connection is held while the hash is computed, which takes a fifth of a second.
        guard try await passwords.verify(request.password, hash: user?.passwordHash), let user else {
            try await recordFailure(email: request.email, user: user, in: stranger)
            throw SignIn.refused
        }
        return try await openSession(for: user, in: stranger.acting(as: user.id))
    }

    // MARK: - Private

    private func openSession(for user: UserRecord, in context: TenantContext) async throws -> LoginAnswer {
        let issuedAt = now()
        let (user, session) = try await store.withWrite(context) { transaction in
            // The user may have been deleted, or the password changed, while the hash was computed.
            guard let current = try await transaction.users.find(email: user.email),
                current.id == user.id, current.passwordHash == user.passwordHash
            else { throw SignIn.refused }
            let session = try await transaction.sessions.create(for: user.id, lifetime: lifetime)
            try await transaction.audit.append(AuditEntry(.login, .user, user.id.uuid))
            return (current, session)
        }
        let claims = TokenClaims(
            subject: user.id,
            tenant: context.tenant,
            role: user.role,
            session: session.id,
            audience: context.tenant.description,
            issuedAt: issuedAt,
            expiresAt: session.expiresAt
        )
        return LoginAnswer(
            token: try await signer.sign(claims),
            expiresAt: session.expiresAt,
            user: UserView(user, tenant: context.tenant)
        )
    }

    private func recordFailure(email: String, user: UserRecord?, in context: TenantContext) async throws {
        try await store.withWrite(context) { transaction in
            try await transaction.audit.append(
                AuditEntry(.loginFailed, .user, user?.id.uuid, changes: .created(["email": email]))
            )
        }
    }
}
