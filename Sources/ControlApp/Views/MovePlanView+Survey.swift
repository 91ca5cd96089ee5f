import Directory
import HubModel
import HubWire
import MoveEngine

extension MovePlanView {
    /// - Parameter survey: nil when the shards could not be looked into; the refusals say why.
    init(
        _ tenant: DirectoryTenant,
        to target: ShardID,
        _ survey: MoveSurvey?,
        refusals: [String],
        remarks: [String]
    ) {
        let (rows, bytes) = (survey?.rows ?? 0, survey?.bytes ?? 0)
        let tables = survey?.tables.map {
            PlannedTable(name: $0.name, rows: Int64($0.rows), bytes: Int64($0.bytes))
        }
        let unknowns = survey?.unknowns ?? []
        self.init(
            tenantId: tenant.id,
            subdomain: tenant.subdomain,
            source: tenant.shard,
            target: target,
            rows: Int64(rows),
            bytes: Int64(bytes),
            tables: tables ?? [],
            estimatedCopySeconds: (survey?.estimatedCopy ?? .zero) / .seconds(1),
            estimatedPauseMilliseconds: MovePlanView.estimatedPause(rows: rows),
            refusals: refusals,
            checks: survey?.checks ?? [],
            remarks: remarks + unknowns,
            targetFreeBytes: survey?.freeBytes.map { Int64($0) }
        )
    }

    /// From what was measured: some round trips, the final comparison, and the propagation to the routers, in milliseconds.
    static func estimatedPause(rows: Int) -> Double { 40 + min(500, Double(rows) / 1000) }
}
