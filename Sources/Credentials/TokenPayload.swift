import HubModel
import JWTKit

/// The claims of a token in their JSON form: RFC 7519 section 4.1, and two of our own.
struct TokenPayload: JWTPayload {
    let iss: String
    let sub: UserID
    let aud: String
    /// Whole Unix seconds, as are the next two.
    let iat: Int64
    let nbf: Int64
    let exp: Int64
    /// The session: one token is issued for each.
    let jti: SessionID
    /// The tenant.
    let tid: TenantID?
    let role: UserRole

    init(_ claims: TokenClaims, issuer: String) {
        iss = issuer
        sub = claims.subject
        aud = claims.audience
        iat = claims.issuedAt.microseconds / 1_000_000
        nbf = iat
        exp = claims.expiresAt.microseconds / 1_000_000
        jti = claims.session
        tid = claims.tenant
        role = claims.role
    }

    /// Nothing: ``TokenVerifier`` judges the claims, with the time handed in.
    func verify(using algorithm: some JWTAlgorithm) {}

    var claims: TokenClaims {
        TokenClaims(
            subject: sub,
            tenant: tid,
            role: role,
            session: jti,
            audience: aud,
            issuedAt: Timestamp(microseconds: iat * 1_000_000),
            expiresAt: Timestamp(microseconds: exp * 1_000_000)
        )
    }
}
