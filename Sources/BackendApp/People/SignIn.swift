import Credentials
import HubModel
import HubWeb
import HubWire
import ShardStore
import Throttling

/// Signs a person in by email and password.
///
/// Every wrong pair costs the same work, counts the same and gets the same answer, whether the email is known or not. Each
/// is a row of the audit trail; a throttled attempt is none, so the throttle bounds the rows that a stranger can cause.
struct SignIn: Sendable {
    private static let refused = WebFailure.unauthorized("The email or the password is wrong.")

    private let gate: SchemaGate
    private let store: ShardStore
    private let passwords: PasswordCheck
    private let throttle: LoginThrottle
    private let signer: TokenSigner
    private let lifetime: Duration
    private let now: WallClock

    /// - Parameter lifetime: how long a session lasts.
    init(
        gate: SchemaGate,
        store: ShardStore,
        passwords: PasswordCheck,
        throttle: LoginThrottle,
        signer: TokenSigner,
        lifetime: Duration,
        now: @escaping WallClock
    ) {
        self.gate = gate
        self.store = store
        self.passwords = passwords
        self.throttle = throttle
        self.signer = signer
        self.lifetime = lifetime
        self.now = now
    }

    /// - Throws: 401 for any wrong pair; 429 after too many of them; 503 when too many people sign in at once.
    func perform(_ request: LoginRequest, in context: TenantWebContext) async throws -> LoginAnswer {
        try gate.pass()
        let stranger = context.tenantContext(actor: nil)
        var user: UserRecord?
        let isRight = try await throttle.tryPassword(context.loginAttempt(email: request.email)) {
            if let email = EmailAddress(request.email) {
                user = try await store.withRead(stranger) { try await $0.users.find(email: email) }
            }
            // No connection is held while the hash is computed, which takes a fifth of a second.
            return try await passwords.verify(request.password, hash: user?.passwordHash)
        }
        guard isRight, let user else {
            try await recordFailure(email: request.email, user: user, in: stranger)
            throw SignIn.refused
        }
        return try await openSession(for: user, in: stranger.acting(as: user.id))
    }

    /// Opens the session that a super admin's ticket is for, for an hour at most.
    ///
    /// - Throws: 401 for a ticket that is none, or was used, or has expired.
    func redeem(_ text: String, in context: TenantWebContext) async throws -> LoginAnswer {
        try gate.pass()
        let refused = WebFailure.unauthorized("This link was used, or has expired. Make a new one.")
        guard let ticket = ImpersonationTicket(text) else { throw refused }
        let issuedAt = now()
        let stranger = context.tenantContext(actor: nil)
        let (user, session) = try await store.withWrite(stranger) { transaction in
            let taken = try await transaction.impersonations.redeem(ticket.id, secretHash: ticket.secretHash)
            guard let taken else { throw refused }
            let transaction = transaction.acting(as: taken.user.id, behind: taken.impersonator)
            let session = try await transaction.sessions.create(
                for: taken.user.id,
                lifetime: min(lifetime, ImpersonationTicket.sessionLifetime)
            )
            try await transaction.audit.append(AuditEntry(.login, .user, taken.user.id.uuid))
            return (taken.user, session)
        }
        return try await answer(user, session, issuedAt: issuedAt, in: stranger)
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
        return try await answer(user, session, issuedAt: issuedAt, in: context)
    }

    private func answer(
        _ user: UserRecord,
        _ session: SessionRecord,
        issuedAt: Timestamp,
        in context: TenantContext
    ) async throws -> LoginAnswer {
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
