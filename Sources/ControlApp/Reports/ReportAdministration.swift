import Directory
import HubModel
import HubWeb
import HubWire
import ShardStore

/// Makes reports: asks the shards, a few at a time, and adds up what they answer.
struct ReportAdministration: Sendable {
    /// So many shards are asked at once; each by one connection.
    static let concurrency = 4
    /// So long a report may take; the router gives a request up after a minute of silence.
    static let patience: Duration = .seconds(45)

    let directory: DirectoryStore
    let databases: ShardDatabases
    let now: WallClock

    /// - Throws: 404 for a region or a shard that there is not; `DirectoryError`.
    func report(_ wanted: ReportRequest) async throws -> ReportView {
        let shards = try await shards(wanted)
        let question = ReportQuestion(
            wanted.kind.parts,
            since: now().startOfDay + .seconds(-86_400 * (wanted.days - 1)),
            unit: ReportUnit(days: wanted.days)
        )
        let (takenAt, found): (Timestamp, [ShardAnswer]) = try await directory.withPlacement { placement in
            let reader = ShardReader(
                placement: placement,
                databases: databases,
                question: question,
                top: wanted.top,
                deadline: .now + ReportAdministration.patience
            )
            return (placement.takenAt, try await answers(of: shards, reader))
        }
        var sum = ReportTally(question, top: wanted.top)
        for case .counted(let tally, _) in found.map(\.content) { sum.merge(tally) }
        let named = try await directory.tenants(Array(sum.listed))
        return ReportView(
            wanted,
            takenAt: takenAt,
            found,
            sum,
            names: Dictionary(named.map { ($0.id, $0.subdomain) }) { first, _ in first }
        )
    }

    // MARK: - Private

    private func shards(_ wanted: ReportRequest) async throws -> [ReportPlace] {
        if let region = wanted.region, !(try await directory.regions().contains { $0.id == region }) {
            throw Problem.notFound("There is no region \(region) here.")
        }
        let known = try await directory.shards()
        if let shard = wanted.shard, !known.contains(where: { $0.id == shard }) {
            throw Problem.notFound("There is no shard \(shard) here.")
        }
        return known.map { ReportPlace(region: $0.region, shard: $0.id) }.filter { place in
            (wanted.region ?? place.region) == place.region && (wanted.shard ?? place.shard) == place.shard
        }
    }

    /// In the order of the places.
    private func answers(of places: [ReportPlace], _ reader: ShardReader) async throws -> [ShardAnswer] {
        try await withThrowingTaskGroup(of: (Int, ShardAnswer).self) { group in
            var answers: [Int: ShardAnswer] = [:]
            for (number, place) in places.enumerated() {
                if number >= ReportAdministration.concurrency, let (done, answer) = try await group.next() {
                    answers[done] = answer
                }
                group.addTask { (number, try await reader.answer(of: place)) }
            }
            for try await (done, answer) in group { answers[done] = answer }
            return places.indices.compactMap { answers[$0] }
        }
    }
}
