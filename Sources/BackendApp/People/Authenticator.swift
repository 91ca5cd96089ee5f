import Credentials
import HubModel
import HubWeb
import Hummingbird

/// Checks what a request presents as proof of who asks, as far as that needs no database.
struct Authenticator: Sendable {
    private let verifier: TokenVerifier
    private let origin: OriginCheck
    private let now: WallClock

    init(verifier: TokenVerifier, origin: OriginCheck, now: @escaping WallClock) {
        self.verifier = verifier
        self.origin = origin
        self.now = now
    }

    /// The claims of the request's token, which is good for this tenant and has not expired.
    ///
    /// Whether the session still exists is for the database to say: see ``Workspace``.
    ///
    /// - Throws: 401, or 403 for a page of another host that rides on the cookie.
    func claims(of request: Request, in context: TenantWebContext) async throws(WebFailure) -> TokenClaims {
        guard let credential = Credential(of: request) else {
            throw .unauthorized("Sign in first: POST /api/auth/login, then send the token as Authorization: Bearer.")
        }
        if case .cookie = credential { try origin.check(request) }
        do {
            return try await verifier.verify(
                credential.token,
                audience: context.routed.tenant.description,
                now: now()
            )
        } catch {
            throw .unauthorized("This token is not valid here, or no longer. Sign in again.", cause: error)
        }
    }
}
