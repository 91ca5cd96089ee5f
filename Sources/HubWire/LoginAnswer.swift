package import HubModel

/// The answer of `POST /api/auth/login`.
package struct LoginAnswer: Codable, Hashable, Sendable {
    /// A JWT, for `Authorization: Bearer`.
    package let token: String
    package let expiresAt: Timestamp
    package let user: UserView

    package init(token: String, expiresAt: Timestamp, user: UserView) {
        self.token = token
        self.expiresAt = expiresAt
        self.user = user
    }
}
