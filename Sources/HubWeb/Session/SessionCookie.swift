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

    /// The token that a request's cookies carry; nil also when there are several of the name.
    ///
    /// A browser has at most one: its host, path and name are all the same. A second one was tossed in by somebody, and
    /// which of the two is the person's cannot be told.
    package static func token(of request: Request) -> String? {
        let values = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isSession = parts.count == 2 && parts[0].filter { !$0.isWhitespace } == name
            return isSession ? String(parts[1].filter { !$0.isWhitespace }) : nil
        }
        return values.count == 1 ? values[0] : nil
    }

    // MARK: - Private

    private static func fields(value: String, maxAge: Int) -> HTTPFields {
        [.setCookie: "\(name)=\(value); Max-Age=\(maxAge); Path=/; Secure; HttpOnly; SameSite=Lax"]
    }
}
