import HTTPTypes
package import Hummingbird

/// The token a request presents, and how it came.
package enum Credential: Hashable, Sendable {
    /// In the `Authorization` field: a script put it there on purpose.
    case bearer(String)
    /// In the cookie: the browser put it there by itself, so whose page asked has to be checked.
    case cookie(String)

    /// The credential of a request; the `Authorization` field wins.
    package init?(of request: Request) {
        if let field = request.headers[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            self = .bearer(String(parts[1]))
        } else if let token = SessionCookie.token(of: request), !token.isEmpty {
            self = .cookie(token)
        } else {
            return nil
        }
    }

    package var token: String {
        switch self {
        case .bearer(let token), .cookie(let token): token
        }
    }
}
