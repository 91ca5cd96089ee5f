package import HubModel

/// The body of `POST /internal/tenants/{id}/freeze`: a move ends the service of the tenant by its shard.
package struct InternalFreeze: Codable, Hashable, Sendable {
    package let moveId: MoveID
    /// Of the move; a lower one than the shard has seen is refused.
    package let attempt: Int64
    /// How long writes under way are waited for.
    package let patienceMilliseconds: Int

    package init(moveId: MoveID, attempt: Int64, patienceMilliseconds: Int) {
        self.moveId = moveId
        self.attempt = attempt
        self.patienceMilliseconds = patienceMilliseconds
    }
}

/// The answer: no write is accepted any more, and no read answered.
package struct InternalFrozen: Codable, Hashable, Sendable {
    package let tenantId: TenantID

    package init(tenantId: TenantID) {
        self.tenantId = tenantId
    }
}

/// The answer of `DELETE /internal/tenants/{id}/cache`: what the shard's cache had of a tenant that it does not serve.
package struct InternalCacheRemoval: Codable, Hashable, Sendable {
    package let removed: Int
    /// How many were there when it was looked again.
    package let left: Int

    package init(removed: Int, left: Int) {
        self.removed = removed
        self.left = left
    }
}
