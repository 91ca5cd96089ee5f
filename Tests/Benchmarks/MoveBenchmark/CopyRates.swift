import BenchmarkReport
import HubModel
import HubTesting
import Logging
import Migrations
import MoveEngine
import Postgres
import Reactor
import ShardStore

/// Rows a second of a move's copy, beside `psql COPY | psql COPY` of the same rows with as many streams, in turn.
struct CopyRates {
    let tasks: Int
    let streams: Int
    let rounds: Int
    let reactors: ReactorGroup
    let logger: Logger

    func run() async throws {
        let settings = ["wal_level": "logical", "shared_buffers": "256MB", "max_wal_size": "4GB"]
        let from = try PostgresCluster.start(settings: settings)
        let into = try PostgresCluster.start(settings: settings)
        defer {
            from.remove()
            into.remove()
        }
        try await from.withDatabase { source in
            try await into.withDatabase { target in
                try await PostgresPool.withPool(source) { sourcePool in
                    try await PostgresPool.withPool(target) { targetPool in
                        let ends = (
                            MoveSide(shard: try name("source"), pool: sourcePool, peer: source),
                            MoveSide(shard: try name("target"), pool: targetPool, peer: target)
                        )
                        try await measure(ends.0, ends.1, PsqlCopy(from: from, source, into: into, target))
                    }
                }
            }
        }
    }

    // MARK: - Private

    private func measure(_ source: MoveSide, _ target: MoveSide, _ peer: PsqlCopy) async throws {
        print("Filling a tenant with \(Double(tasks).formatted(digits: 0)) tasks …")
        let tenant = try await fill(source, target)
        let claim = MoveClaim(move: MoveID.make(at: .init(microseconds: 0)), tenant: tenant, attempt: 1, generation: 1)
        let engine = MoveEngine(claim, from: source, to: target, reactors: reactors, logger: logger)
        try await engine.claimTenant()
        let pieces = try await peer.pieces(of: tenant, streams: streams, source.pool)
        var ours: [Double] = []
        var text: [Double] = []
        var binary: [Double] = []
        var verified: [Double] = []
        for _ in 0..<rounds {
            try await engine.publish()
            ours.append(
                try await Measurement.of(.thisProcess) {
                    try await engine.copy(CopyOptions(streams: streams)).rows
                }.perSecond
            )
            verified.append(
                try await Measurement.of(.thisProcess) {
                    let verification = try await engine.verify(streams: streams)
                    precondition(verification.isEqual, "\(verification.findings)")
                    return try await Int(engine.countRows(at: target).reduce(0) { $0 + $1.rows })
                }.perSecond
            )
            try await engine.dropStreams()
            for isBinary in [false, true] {
                try await empty(target)
                let rate = try await Measurement.of(.children) {
                    try await peer.run(pieces, isBinary: isBinary)
                    return try await engine.countRows(at: target).reduce(0) { $0 + $1.rows }
                }.perSecond
                if isBinary { binary.append(rate) } else { text.append(rate) }
            }
            try await empty(target)
        }
        var report = Report(columns: ["copy, \(streams) streams", "rows/s", "× psql"])
        for (title, rates) in [
            ("psql COPY | psql COPY", text), ("the same, binary", binary), ("move, slot and cutting included", ours),
        ] {
            report.add(title, rates.median.formatted(digits: 0), (rates.median / text.median).formatted(digits: 2))
        }
        report.add("verified, both sides", verified.median.formatted(digits: 0), "")
        report.print(title: "Copying a tenant (goal: 0.8 × psql or more), medians of \(rounds)")
    }

    private func fill(_ source: MoveSide, _ target: MoveSide) async throws -> TenantID {
        for side in [source, target] { _ = try await Migrator(schema: ShardSchema.schema).apply(side.pool) }
        let projects = (0..<max(1, tasks / 1000)).map { _ in min(tasks, 1000) }
        guard let subdomain = Subdomain("large") else { preconditionFailure("large is a subdomain") }
        let tenant = DemoTenant(subdomain: subdomain, name: "Large", users: 50, projects: projects)
        let now = Timestamp(microseconds: 1_768_000_000_000_000)
        let loader = DemoLoader(pool: source.pool, adminPasswordHash: "h", userPasswordHash: "h", now: now)
        _ = try await loader.load([tenant]) { _ in }
        _ = try await source.pool.query(PostgresQuery("VACUUM ANALYZE").unprepared.within(.seconds(600)))
        return tenant.id
    }

    private func empty(_ target: MoveSide) async throws {
        _ = try await target.pool.query(PostgresQuery("TRUNCATE tenants CASCADE").unprepared)
    }

    private func name(_ text: String) throws -> ShardID {
        guard let name = ShardID(text) else { throw CancellationError() }
        return name
    }
}
