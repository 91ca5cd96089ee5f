package import HubModel

/// A session of the person who asks, as the API shows one.
package struct SessionView: Codable, Hashable, Sendable {
    package let id: SessionID
    package let createdAt: Timestamp
    /// Up to some minutes behind.
    package let lastUsedAt: Timestamp
    package let expiresAt: Timestamp
    /// From where the person signed in.
    @Nullable package var clientAddress: String?
    /// Whether the request that asks is one of this session.
    package let isCurrent: Bool
    /// The super admin who acts as the person in it; null in the person's own sessions.
    @Nullable package var impersonatedBy: OperatorReference?

    package init(
        id: SessionID,
        createdAt: Timestamp,
        lastUsedAt: Timestamp,
        expiresAt: Timestamp,
        clientAddress: String?,
        isCurrent: Bool,
        impersonatedBy: OperatorReference? = nil
    ) {
        self.id = id
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.clientAddress = clientAddress
        self.isCurrent = isCurrent
        self.impersonatedBy = impersonatedBy
    }
}
