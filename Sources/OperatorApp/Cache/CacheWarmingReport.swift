import HubModel
import HubWire

/// What became of the tenants that were to be warmed.
struct CacheWarmingReport: Report {
    let dryRun: Bool
    private(set) var tenants = 0
    private(set) var warmed = 0
    private(set) var skipped = 0
    private(set) var failed = 0
    private(set) var filled = 0
    private(set) var present = 0
    /// The first ``reasonLimit`` of each kind, with the reason.
    private(set) var skips: [UnwarmedTenantView] = []
    private(set) var failures: [UnwarmedTenantView] = []
    /// Where to go on; nil at the end of the walk.
    private(set) var next: TenantID?

    init(dryRun: Bool, next: TenantID?) {
        self.dryRun = dryRun
        self.next = next
    }

    /// Adds what came of one more call.
    mutating func add(_ answer: WarmCacheAnswer) {
        tenants += answer.tenants
        warmed += answer.warmed
        skipped += answer.skipped
        failed += answer.failed
        filled += answer.filled
        present += answer.present
        skips += answer.skips.prefix(CacheWarmingReport.reasonLimit - skips.count)
        failures += answer.failures.prefix(CacheWarmingReport.reasonLimit - failures.count)
        next = answer.next
    }

    func text(for stream: TextStream) -> String {
        [counts.text(for: stream), reasons.map { "\n" + $0.text(for: stream) }, advice.map { "\n" + $0 }]
            .compactMap(\.self).joined()
    }

    // MARK: - Private

    private static let reasonLimit = 50
    /// So many commands are written out for single tenants.
    private static let adviceLimit = 3

    private var counts: Table {
        var table = Table(
            .number("TENANTS"),
            .number(dryRun ? "TO WARM" : "WARMED"),
            .number("SKIPPED"),
            .number("FAILED"),
            .number("ITEMS FILLED"),
            .number("ITEMS PRESENT")
        )
        table.append(
            .init(tenants.grouped),
            .init(warmed.grouped),
            .init(skipped.grouped),
            .init(failed.grouped, failed > 0 ? .bad : .plain),
            .init(filled.grouped),
            .init(present.grouped)
        )
        return table
    }

    /// Who was not warmed, and why.
    private var reasons: Table? {
        guard !skips.isEmpty || !failures.isEmpty else { return nil }
        var table = Table("TENANT", "SHARD", "", "REASON")
        func add(_ tenants: [UnwarmedTenantView], of count: Int, _ kind: String, _ tone: Table.Tone) {
            for tenant in tenants {
                table.append(
                    .init(tenant.subdomain.rawValue),
                    .init(tenant.shard.rawValue),
                    .init(kind, tone),
                    .init(tenant.reason)
                )
            }
            let more = count - tenants.count
            if more > 0 { table.append("…", "", .init(kind, tone), .init("\(more.grouped) more")) }
        }
        add(failures, of: failed, "failed", .bad)
        add(skips, of: skipped, "skipped", .warning)
        return table
    }

    /// What to do about those that failed.
    private var advice: String? {
        guard failed > 0 else { return nil }
        let isShort = failed <= CacheWarmingReport.adviceLimit
        let retries =
            isShort
            ? failures.map { "--tenant \($0.subdomain)" }
            : Set(failures.map(\.shard)).sorted().map { "--shard \($0)" }
        return "Those that failed are served as before. See hubctl status and hubctl cache status; then try again:\n"
            + retries.map { "  hubctl cache warm \($0)\n" }.joined()
    }
}
