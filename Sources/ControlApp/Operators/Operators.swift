import Credentials
import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Throttling
import Topology

/// Who may operate the hub: signs super admins in and out, and tells who asks.
struct Operators: Sendable {
    private static let refused = WebFailure.unauthorized("The email or the password is wrong.")

    private let directory: DirectoryStore
    private let passwords: PasswordCheck
    private let throttle: LoginThrottle
    private let signer: TokenSigner
    private let verifier: TokenVerifier
    private let origin: OriginCheck
    private let baseDomain: String
    private let lifetime: Duration
    private let now: WallClock

    init(
        directory: DirectoryStore,
        configuration: ControlConfiguration,
        passwords: PasswordCheck,
        throttle: LoginThrottle,
        origin: OriginCheck,
        now: @escaping WallClock
    ) {
        self.directory = directory
        self.passwords = passwords
        self.throttle = throttle
        self.origin = origin
        self.now = now
        baseDomain = configuration.baseDomain
        lifetime = .seconds(configuration.limits.tokenSeconds)
        signer = TokenSigner(keyPair: configuration.tokenKey, issuer: configuration.baseDomain)
        verifier = TokenVerifier(issuer: configuration.baseDomain, keys: [configuration.tokenKey.publicKey])
    }

    /// Signs a super admin in; every wrong pair costs the same work, counts the same and gets the same answer.
    ///
    /// - Throws: 401 for any wrong pair; 429 after too many of them; 503 when too many people sign in at once.
    func signIn(_ request: LoginRequest, from address: String?) async throws -> LoginAnswer {
        var admin: SuperAdmin?
        let attempt = LoginAttempt(host: baseDomain, email: request.email, address: address)
        let isRight = try await throttle.tryPassword(attempt) {
            if let email = EmailAddress(request.email) { admin = try await directory.superAdmin(email: email) }
            return try await passwords.verify(request.password, hash: admin?.passwordHash)
        }
        guard isRight, let admin else {
            try await directory.record(
                DirectoryAuditEntry(
                    .loginFailed,
                    .user,
                    admin?.id.uuid,
                    changes: .created(["email": request.email])
                ),
                OperatorContext(clientAddress: address)
            )
            throw Operators.refused
        }
        let issuedAt = now()
        let session = try await directory.createSession(
            for: admin.id,
            lifetime: lifetime,
            OperatorContext(actor: admin.id, clientAddress: address)
        )
        let claims = TokenClaims(
            subject: admin.id,
            tenant: nil,
            role: .superAdmin,
            session: session.id,
            audience: baseDomain,
            issuedAt: issuedAt,
            expiresAt: session.expiresAt
        )
        return LoginAnswer(
            token: try await signer.sign(claims),
            expiresAt: session.expiresAt,
            user: UserView(admin)
        )
    }

    /// Ends the session of the request: its token is worth nothing from the commit on.
    func signOut(_ request: Request, _ context: WebContext) async throws {
        let (admin, session) = try await authenticate(request)
        try await directory.deleteSession(
            session,
            OperatorContext(actor: admin.id, clientAddress: context.arrival.clientAddress)
        )
    }

    /// The super admin who asks.
    ///
    /// - Throws: 401, or 403 for a page of another host that rides on the cookie.
    func admin(of request: Request) async throws -> SuperAdmin {
        try await authenticate(request).admin
    }

    // MARK: - Private

    private func authenticate(_ request: Request) async throws -> (admin: SuperAdmin, session: SessionID) {
        guard let credential = Credential(of: request) else {
            throw WebFailure.unauthorized(
                "Sign in first: POST /api/auth/login, then send the token as Authorization: Bearer."
            )
        }
        if case .cookie = credential { try origin.check(request) }
        let claims: TokenClaims
        do {
            claims = try await verifier.verify(credential.token, audience: baseDomain, now: now())
        } catch {
            throw WebFailure.unauthorized("This token is not valid here, or no longer. Sign in again.", cause: error)
        }
        guard let admin = try await directory.superAdmin(of: claims.session), admin.id == claims.subject else {
            throw WebFailure.unauthorized("This session has ended. Sign in again.")
        }
        return (admin, claims.session)
    }
}
