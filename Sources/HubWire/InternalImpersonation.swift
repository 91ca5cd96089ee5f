package import HubModel

/// The body of `POST /internal/tenants/{id}/impersonations`: a super admin wants to act as a user of the tenant.
package struct InternalImpersonation: Codable, Hashable, Sendable {
    package let `operator`: OperatorReference
    package let reason: String
    /// Null for the administrator who has been there the longest.
    package let userId: UserID?
    package let clientAddress: String?

    package init(operator: OperatorReference, reason: String, userId: UserID?, clientAddress: String?) {
        self.operator = `operator`
        self.reason = reason
        self.userId = userId
        self.clientAddress = clientAddress
    }
}

/// Its answer.
package struct InternalImpersonationTicket: Codable, Hashable, Sendable {
    /// What opens the session, once.
    package let ticket: String
    package let expiresAt: Timestamp
    /// Whose session it opens.
    package let user: UserView

    package init(ticket: String, expiresAt: Timestamp, user: UserView) {
        self.ticket = ticket
        self.expiresAt = expiresAt
        self.user = user
    }
}
