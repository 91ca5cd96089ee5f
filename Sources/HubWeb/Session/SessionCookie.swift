package import HTTPTypes
package import HubModel
package import Hummingbird

/// The cookie that carries a browser's token.
///
/// The `__Host-` prefix makes browsers refuse it from any other host, sibling subdomains included (RFC 6265bis section
/// 4.1.3.2), so nobody can plant one.
package enum SessionCookie {
    package static let name = "__Host-hub"

    /// The `Set-Cookie` field of a new session.
    package static func set(token: String, until expiry: Timestamp, now: Timestamp) -> HTTPFields {
        fields(value: token, maxAge: Int(max(0, (expiry - now).components.seconds)))
    }

    /// The `Set-Cookie` field that takes the cookie away.
    package static func clear() -> HTTPFields {
        fields(value: "", maxAge: 0)
    }

    package static func token(of request: Request) -> String? {
        request.cookies[name]?.value
    }

    // MARK: - Private

    private static func fields(value: String, maxAge: Int) -> HTTPFields {
        [.setCookie: "\(name)=\(value); Max-Age=\(maxAge); Path=/; Secure; HttpOnly; SameSite=Lax"]
    }
}
