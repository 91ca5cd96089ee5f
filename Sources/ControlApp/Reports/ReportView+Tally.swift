import HubModel
import HubWire
import ShardStore

extension ReportTally {
    /// The tenants that are in any list.
    var listed: Set<TenantID> {
        Set(
            [mostUsers, mostTasks, mostOverdue, mostNewTasks, largest].flatMap { $0.entries.map(\.tenant) }
                + longestInactive.entries.map(\.tenant) + nearest.entries.map(\.tenant)
        )
    }
}

extension ReportView {
    /// - Parameters:
    ///   - sum: of all shards that answered.
    ///   - names: of the tenants in its lists.
    init(
        _ wanted: ReportRequest,
        takenAt: Timestamp,
        _ answers: [ShardAnswer],
        _ sum: ReportTally,
        names: [TenantID: Subdomain]
    ) {
        let parts = wanted.kind.parts
        let counted = answers.compactMap {
            answer -> (place: ReportPlace, tally: ReportTally, weights: StorageWeights?)? in
            guard case .counted(let tally, let weights) = answer.content else { return nil }
            return (answer.place, tally, weights)
        }
        let regions = counted.map(\.place.region).reduce(into: [RegionID]()) { regions, region in
            if !regions.contains(region) { regions.append(region) }
        }
        func of(_ region: RegionID) -> [ReportTally] { counted.filter { $0.place.region == region }.map(\.tally) }
        func tenants(_ list: ReportTally.List<Int64>) -> [ReportTenantView] {
            list.entries.map { entry in
                ReportTenantView(
                    tenantId: entry.tenant,
                    subdomain: names[entry.tenant],
                    region: entry.value.place.region,
                    shard: entry.value.place.shard,
                    amount: entry.value.value
                )
            }
        }
        self.init(
            takenAt: takenAt,
            days: wanted.days,
            top: wanted.top,
            shards: answers.map(\.view),
            usage: !parts.contains(.usage)
                ? nil
                : ReportUsageView(
                    total: sum.figures,
                    regions: regions.map { region in
                        ReportRegionFigures(
                            region: region,
                            figures: of(region).reduce(into: ReportFigures()) { $0 += $1.figures }
                        )
                    },
                    shards: counted.map { shard in
                        ReportShardFigures(
                            shard: shard.place.shard,
                            region: shard.place.region,
                            figures: shard.tally.figures
                        )
                    },
                    mostUsers: tenants(sum.mostUsers),
                    mostTasks: tenants(sum.mostTasks),
                    mostOverdue: tenants(sum.mostOverdue)
                ),
            growth: !parts.contains(.growth)
                ? nil
                : ReportGrowthView(
                    from: sum.question.since,
                    unit: sum.question.unit,
                    added: sum.added,
                    points: sum.question.steps(days: wanted.days).map { date in
                        ReportGrowthPoint(date: date, added: sum.steps[date] ?? ReportGrowthCounts())
                    },
                    mostNewTasks: tenants(sum.mostNewTasks)
                ),
            inactive: !parts.contains(.inactive)
                ? nil
                : ReportInactiveView(
                    since: sum.question.since,
                    tenants: sum.inactive,
                    regions: regions.map { region in
                        ReportRegionCount(region: region, tenants: of(region).reduce(0) { $0 + $1.inactive })
                    },
                    longest: sum.longestInactive.entries.map { entry in
                        ReportInactiveTenant(
                            tenantId: entry.tenant,
                            subdomain: names[entry.tenant],
                            region: entry.value.place.region,
                            shard: entry.value.place.shard,
                            lastActiveAt: entry.value.value
                        )
                    }
                ),
            limits: !parts.contains(.limits) ? nil : ReportLimitsView(sum, names: names),
            storage: !parts.contains(.storage)
                ? nil
                : ReportStorageView(
                    shards: counted.compactMap { shard in
                        shard.weights.map { ReportShardStorage(shard.place, shard.tally, $0) }
                    },
                    largest: tenants(sum.largest)
                )
        )
    }
}

extension ReportLimitsView {
    fileprivate init(_ sum: ReportTally, names: [TenantID: Subdomain]) {
        self.init(
            tenants: sum.nearLimit,
            nearUsers: sum.nearUsers,
            nearProjects: sum.nearProjects,
            reached: sum.reached,
            nearest: sum.nearest.entries.map { entry in
                ReportLimitTenant(
                    tenantId: entry.tenant,
                    subdomain: names[entry.tenant],
                    region: entry.value.place.region,
                    shard: entry.value.place.shard,
                    users: entry.value.value.users,
                    maxUsers: entry.value.value.maxUsers,
                    projects: entry.value.value.projects,
                    maxProjects: entry.value.value.maxProjects,
                    percent: entry.value.value.percent
                )
            }
        )
    }
}

extension ReportShardStorage {
    fileprivate init(_ place: ReportPlace, _ tally: ReportTally, _ weights: StorageWeights) {
        self.init(
            shard: place.shard,
            region: place.region,
            databaseBytes: weights.databaseBytes,
            tenantBytes: tally.tenantBytes,
            bytesPerUser: weights.bytesPerUser,
            bytesPerProject: weights.bytesPerProject,
            bytesPerTask: weights.bytesPerTask,
            bytesPerAuditEntry: weights.bytesPerAuditEntry
        )
    }
}

extension ReportQuestion {
    /// The first days of the window's steps, in order.
    fileprivate func steps(days: Int) -> [String] {
        (0..<days).reduce(into: []) { steps, number in
            let day = (since + .seconds(86_400 * number)).description.prefix(10)
            let step = unit == .day ? String(day) : "\(day.prefix(7))-01"
            if steps.last != step { steps.append(step) }
        }
    }
}
