package import HubModel

/// A report across shards. It has sums, and lists of tenants with their numbers: nobody's name, address or text.
///
/// Which shard a tenant counts at is what the directory says at `takenAt`, one snapshot for all; what it has there is that
/// shard's own snapshot, taken a moment later.
package struct ReportView: Codable, Hashable, Sendable {
    package let takenAt: Timestamp
    package let days: Int
    /// How many tenants each list has at most.
    package let top: Int
    /// Whether every shard that was asked has answered; if not, every sum is without those whose `error` says why.
    package let isComplete: Bool
    package let shards: [ReportShardView]
    /// Each null when it was not asked for.
    @Nullable package var usage: ReportUsageView?
    @Nullable package var growth: ReportGrowthView?
    @Nullable package var inactive: ReportInactiveView?
    @Nullable package var limits: ReportLimitsView?
    @Nullable package var storage: ReportStorageView?

    package init(
        takenAt: Timestamp,
        days: Int,
        top: Int,
        shards: [ReportShardView],
        usage: ReportUsageView?,
        growth: ReportGrowthView?,
        inactive: ReportInactiveView?,
        limits: ReportLimitsView?,
        storage: ReportStorageView?
    ) {
        self.takenAt = takenAt
        self.days = days
        self.top = top
        isComplete = shards.allSatisfy { $0.error == nil }
        self.shards = shards
        self.usage = usage
        self.growth = growth
        self.inactive = inactive
        self.limits = limits
        self.storage = storage
    }

    /// The shards that the sums are without.
    package var missing: [ReportShardView] { shards.filter { $0.error != nil } }
}

/// How one shard has answered.
package struct ReportShardView: Codable, Hashable, Sendable {
    package let shard: ShardID
    package let region: RegionID
    /// Why the report is without it; null when it answered.
    @Nullable package var error: String?
    /// The moment of its snapshot, by its own clock.
    @Nullable package var snapshotAt: Timestamp?
    package let milliseconds: Int
    /// How many tenants were counted.
    package let tenants: Int
    /// Those that the directory had here and the snapshot no more: they moved away or were erased in between.
    package let absent: Int

    package init(
        shard: ShardID,
        region: RegionID,
        error: String? = nil,
        snapshotAt: Timestamp? = nil,
        milliseconds: Int,
        tenants: Int = 0,
        absent: Int = 0
    ) {
        self.shard = shard
        self.region = region
        self.error = error
        self.snapshotAt = snapshotAt
        self.milliseconds = milliseconds
        self.tenants = tenants
        self.absent = absent
    }
}
