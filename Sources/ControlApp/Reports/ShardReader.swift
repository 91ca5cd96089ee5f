import Directory
import HubModel
import HubWire
import MoveEngine
import Postgres
import ShardStore

/// Counts the tenants of one shard that the directory says are on it.
struct ShardReader: Sendable {
    let placement: DirectoryPlacement
    let databases: ShardDatabases
    let question: ReportQuestion
    let top: Int
    /// When the report has to be done.
    let deadline: ContinuousClock.Instant

    /// - Returns: the shard's sums, or why there are none: never a part of them.
    /// - Throws: `DirectoryError`; without the directory there is no report.
    func answer(of place: ReportPlace) async throws -> ShardAnswer {
        let start = ContinuousClock.now
        func missing(_ reason: String) -> ShardAnswer {
            let view = ReportShardView(
                shard: place.shard,
                region: place.region,
                error: reason,
                milliseconds: Int((ContinuousClock.now - start) / .milliseconds(1))
            )
            return ShardAnswer(place: place, view: view, content: .missing)
        }
        guard let end = databases[place.shard] else {
            return missing("this hub-control has no administrator's password for it")
        }
        guard start < deadline else { return missing("the other shards left no time to ask it") }
        do {
            return try await ShardSnapshot.with(question, in: end.pool) { snapshot in
                var tally = ReportTally(question, top: top)
                var absent = 0
                try await placement.begin(place.shard)
                while case let batch = try await placement.next(place.shard, limit: ShardSnapshot.batch), !batch.isEmpty
                {
                    guard ContinuousClock.now < deadline else { throw OutOfTime() }
                    let (tenants, growth) = try await snapshot.count(batch)
                    for tenant in tenants { tally.add(tenant, at: place, snapshot.weights) }
                    tally.add(growth)
                    absent += batch.count - tenants.count
                }
                let view = ReportShardView(
                    shard: place.shard,
                    region: place.region,
                    snapshotAt: snapshot.takenAt,
                    milliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
                    tenants: tally.figures.tenants,
                    absent: absent
                )
                return ShardAnswer(place: place, view: view, content: .counted(tally, snapshot.weights))
            }
        } catch is OutOfTime {
            return missing("it was not done in time: ask for this shard alone, or for fewer parts")
        } catch let error as PostgresError where error.code != .cancelled {
            return missing(ShardReader.sentence(error))
        }
    }

    // MARK: - Private

    private struct OutOfTime: Error {}

    private static func sentence(_ error: PostgresError) -> String {
        switch error.code {
        case .connection, .poolExhausted: "its database does not answer"
        case .timeout: "its database took too long over a part of it"
        case _ where error.isServerError("22023"): "its database does not know reports yet: run hubctl migrate"
        default: "its database could not be asked: \(error.message)"
        }
    }
}
