import Directory
import HubModel
import HubWire

/// What has become of the tenants of one warming so far.
struct WarmingTally: Sendable {
    private var warmed = 0
    private var filled = 0
    private var present = 0
    private var skipped = 0
    private var failed = 0
    private var skips: [UnwarmedTenantView] = []
    private var failures: [UnwarmedTenantView] = []

    mutating func add(_ tenant: DirectoryTenant, _ warming: InternalCacheWarming) {
        switch warming.outcome {
        case .warmed:
            warmed += 1
            filled += warming.filled
            present += warming.present
        case .skipped:
            skip(tenant, because: warming.reason ?? "the backend does not say why")
        case .failed:
            fail(tenant, because: warming.reason ?? "the backend does not say why")
        }
    }

    mutating func skip(_ tenant: DirectoryTenant, because reason: String) {
        skipped += 1
        WarmingTally.note(tenant, reason, in: &skips)
    }

    mutating func fail(_ tenant: DirectoryTenant, because reason: String) {
        failed += 1
        WarmingTally.note(tenant, reason, in: &failures)
    }

    /// - Parameters:
    ///   - remaining: how many tenants of the selection come after these.
    ///   - last: the last one of these.
    func answer(remaining: Int, last: TenantID?) -> WarmCacheAnswer {
        WarmCacheAnswer(
            tenants: warmed + skipped + failed,
            warmed: warmed,
            skipped: skipped,
            failed: failed,
            filled: filled,
            present: present,
            skips: skips.sorted { $0.tenantId < $1.tenantId },
            failures: failures.sorted { $0.tenantId < $1.tenantId },
            remaining: remaining,
            next: remaining > 0 ? last : nil
        )
    }

    // MARK: - Private

    private static func note(_ tenant: DirectoryTenant, _ reason: String, in list: inout [UnwarmedTenantView]) {
        guard list.count < WarmCacheAnswer.reasonLimit else { return }
        list.append(
            UnwarmedTenantView(
                tenantId: tenant.id,
                subdomain: tenant.subdomain,
                shard: tenant.shard,
                reason: String(reason.prefix(300))
            )
        )
    }
}
