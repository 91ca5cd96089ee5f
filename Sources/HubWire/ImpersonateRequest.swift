package import HubModel

/// The body of `POST /api/tenants/{id}/impersonate`.
package struct ImpersonateRequest: Decodable, Sendable {
    /// 1–500 characters, for the audit trails of the hub and of the tenant.
    package let reason: String
    /// Whom to act as; absent for the administrator who has been there the longest.
    package let userId: UserID?

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let reason = fields.required("reason", .line(1...500))
        userId = fields.optional("userId", .form("the id of a user of the tenant"))
        guard fields.isValid, let reason else { throw fields.failure }
        self.reason = reason
    }
}

/// Its answer: a link for one use.
package struct ImpersonateAnswer: Codable, Hashable, Sendable {
    /// The page that opens the session.
    package let url: String
    package let expiresAt: Timestamp
    /// Whose session it opens.
    package let user: UserView

    package init(url: String, expiresAt: Timestamp, user: UserView) {
        self.url = url
        self.expiresAt = expiresAt
        self.user = user
    }
}
