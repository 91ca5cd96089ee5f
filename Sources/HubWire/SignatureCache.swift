package import HubModel

/// Remembers the signed header fields of the tenants a router forwards for, so that a request costs one table lookup.
///
/// A signature is made once per tenant and ``RequestSigner/mintInterval``. The cache belongs to one event loop and has no
/// lock. It holds at most `capacity` tenants in two generations: once the young one is half the capacity, it becomes the
/// old one and the old one is dropped, and a tenant found in the old one is young again. So a tenant in use stays.
package struct SignatureCache {
    private struct Entry {
        let epoch: Epoch
        let mintedAt: Timestamp
        let headers: SignedTenant

        /// A clock that was set back makes the signature anew: its expiry may lie too far ahead for a backend.
        func serves(_ epoch: Epoch, _ now: Timestamp) -> Bool {
            self.epoch == epoch && now >= mintedAt && now - mintedAt < RequestSigner.mintInterval
        }
    }

    private let signer: RequestSigner
    private let generationLimit: Int
    private var young: [TenantID: Entry] = [:]
    private var old: [TenantID: Entry] = [:]

    /// - Parameter capacity: the most tenants remembered, at least 2.
    package init(signer: RequestSigner, capacity: Int = 8192) {
        precondition(capacity >= 2, "a signature cache holds at least 2 tenants")
        self.signer = signer
        generationLimit = capacity / 2
    }

    /// How many tenants are remembered now.
    package var count: Int { young.count + old.count }

    /// The header fields of a request for the tenant at that epoch, good for at least
    /// ``RequestSigner/lifetime`` less ``RequestSigner/mintInterval`` from `now`.
    package mutating func headers(tenant: TenantID, epoch: Epoch, now: Timestamp) -> SignedTenant {
        if let entry = young[tenant], entry.serves(epoch, now) { return entry.headers }
        if let entry = old.removeValue(forKey: tenant), entry.serves(epoch, now) {
            insert(entry, for: tenant)
            return entry.headers
        }
        let signature = signer.sign(tenant: tenant, epoch: epoch, scope: .tenant, expiry: now + RequestSigner.lifetime)
        let headers = SignedTenant(tenant: tenant.description, epoch: epoch.description, signature: signature)
        insert(Entry(epoch: epoch, mintedAt: now, headers: headers), for: tenant)
        return headers
    }

    // MARK: - Private

    private mutating func insert(_ entry: Entry, for tenant: TenantID) {
        if young.count >= generationLimit, young[tenant] == nil {
            old = young
            young = [:]
            young.reserveCapacity(generationLimit)
        }
        young[tenant] = entry
    }
}
