import HubColumns
import HubModel
import Postgres
import ShardStore

extension MoveEngine {
    /// So many moves may read one source: a filter saves sending, not decoding.
    package static let movesPerSource = 2

    /// Finds out whether the tenant can be moved, and what it has. Changes nothing.
    package func survey() async throws(MoveError) -> MoveSurvey {
        var survey = MoveSurvey()
        let here = try await facts(of: source)
        let there = try await facts(of: target)
        survey.refusals += refusals(source, here) + refusals(target, there)
        if here.version / 10_000 != there.version / 10_000 {
            survey.refusals.append(
                """
                \(source.shard) runs PostgreSQL \(here.version / 10_000) and \(target.shard) \(there.version / 10_000), whose \
                rows cannot be compared by hash; upgrade the older one
                """
            )
        }
        // The way back of a move to this server is none of its own: it is the price of what came, and as short as that.
        let leaving = here.movesHere.filter { $0.direction == .forward }
        survey.otherMoves = Set(leaving.map(\.move)).subtracting([claim.move]).sorted()
        if survey.otherMoves.count >= Self.movesPerSource {
            let moves = survey.otherMoves.map(\.description).joined(separator: " and ")
            survey.refusals.append(
                "\(source.shard) is the source of \(survey.otherMoves.count) moves already; complete or cancel \(moves)"
            )
        }
        survey.refusals += try await schemaRefusals()
        survey.refusals += try await tenantRefusals()
        survey.tables = try await sizes()
        try await surveyReach(&survey)
        await surveyDisk(&survey)
        return survey
    }

    // MARK: - Private

    /// Both streams are read by the server that receives them, not by this process.
    private func surveyReach(_ survey: inout MoveSurvey) async throws(MoveError) {
        for engine in [self, reversed] {
            if let refusal = try await engine.reachRefusal() {
                survey.refusals.append(refusal)
            } else {
                survey.checks.append("the server of \(engine.target.shard) reaches that of \(engine.source.shard)")
            }
        }
    }

    private func surveyDisk(_ survey: inout MoveSurvey) async {
        switch await freeDisk(at: target) {
        case .failure(let unknown):
            survey.unknowns.append("how much \(target.shard) can still write is not known: \(unknown.reason)")
        case .success(let free):
            survey.freeBytes = free
            let (has, needs) = (MoveEngine.mebibytes(free), MoveEngine.mebibytes(survey.neededBytes))
            if free < survey.neededBytes {
                survey.refusals.append(
                    "\(target.shard) has \(has) left on its disk, and the tenant takes about \(needs) with indices and log; "
                        + "make room there"
                )
            } else {
                survey.checks.append("\(target.shard) has \(has) left on its disk, of which about \(needs) are needed")
            }
        }
    }

    private static func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }

    private func facts(of side: MoveSide) async throws(MoveError) -> ServerFacts {
        let doing = "surveying the server"
        let row = try await read(
            side,
            doing,
            """
            SELECT current_setting('server_version_num')::int, current_setting('wal_level'),
                   (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
                   (SELECT count(*) FROM pg_replication_slots), current_setting('max_replication_slots')::int,
                   (SELECT count(*) FROM pg_stat_replication), current_setting('max_wal_senders')::int,
                   (SELECT count(*) FROM pg_subscription WHERE subenabled),
                   least(current_setting('max_logical_replication_workers')::int,
                         current_setting('max_worker_processes')::int - 1),
                   ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE slot_name LIKE 'hub\\_move\\_%')
            """
        )
        return try await telling(side, doing) {
            let row = try row.single()
            let counts = try row.decode((Int.self, Int.self, Int.self, Int.self, Int.self, Int.self), from: 3)
            return ServerFacts(
                version: try row.decode(Int.self, at: 0),
                walLevel: try row.decode(String.self, at: 1),
                isSuperuser: try row.decode(Bool.self, at: 2),
                slots: (counts.0, counts.1),
                senders: (counts.2, counts.3),
                workers: (counts.4, counts.5),
                movesHere: try row.decode([String].self, at: 9).compactMap { StreamName($0) }
            )
        }
    }

    /// Each end needs a slot, a sender and a worker: the target for the way back.
    private func refusals(_ side: MoveSide, _ facts: ServerFacts) -> [String] {
        let shard = side.shard
        var refusals: [String] = []
        if facts.walLevel != "logical" {
            refusals.append(
                "\(shard) has wal_level = \(facts.walLevel); set wal_level = logical and restart its server"
            )
        }
        if !facts.isSuperuser {
            refusals.append(
                "the administrator's role of \(shard) is no superuser, and may not subscribe before PostgreSQL 16"
            )
        }
        let isOurs = facts.movesHere.contains { $0.move == claim.move }
        for (what, setting, count) in [
            ("replication slots", "max_replication_slots", facts.slots),
            ("senders of log", "max_wal_senders", facts.senders),
            ("replication workers", "max_logical_replication_workers", facts.workers),
        ] where count.used >= count.maximum && !isOurs {
            refusals.append(
                "\(shard) has no free \(what) (\(count.used) of \(count.maximum) are used); raise \(setting)"
            )
        }
        return refusals
    }

    private func schemaRefusals() async throws(MoveError) -> [String] {
        var lines: [Set<String>] = []
        var refusals: [String] = []
        for side in [source, target] {
            let doing = "reading the schema"
            let rows = try await read(side, doing, SchemaDigest.lines)
            lines.append(try await telling(side, doing) { Set(try rows.map { try $0.decode(String.self, at: 0) }) })
            let bare = try await read(side, doing, SchemaDigest.withoutTenant)
            for row in bare {
                let table = try await telling(side, doing) { try row.decode(String.self, at: 0) }
                refusals.append(
                    "\(table) at \(side.shard) has a replica identity without the tenant; give it its primary key again"
                )
            }
        }
        for (side, own, other) in [(source, lines[0], lines[1]), (target, lines[1], lines[0])] {
            let alone = own.subtracting(other).sorted()
            guard !alone.isEmpty else { continue }
            let more = alone.count > 3 ? " and \(alone.count - 3) more" : ""
            refusals.append(
                """
                the schemas differ: only \(side.shard) has \(alone.prefix(3).joined(separator: "; "))\(more); migrate both \
                to one version
                """
            )
        }
        return refusals
    }

    private func tenantRefusals() async throws(MoveError) -> [String] {
        var refusals: [String] = []
        let here = try await holder(at: source)
        switch here {
        case nil: refusals.append("\(source.shard) does not know the tenant \(claim.tenant)")
        case let holder? where holder.attempt != nil && holder.move != claim.move:
            refusals.append("move \(holder.move?.description ?? "") holds the tenant; complete or cancel it first")
        case let holder? where holder.state != .active && holder.move != claim.move:
            refusals.append(
                "the tenant is \(holder.state.rawValue) at \(source.shard), and only an active one can be moved"
            )
        default: break
        }
        let there = try await holder(at: target)
        if let there, there.move != claim.move {
            refusals.append(
                "\(target.shard) has the tenant already, \(there.state.rawValue); see `hubctl tenants where`"
            )
        } else if there == nil {
            let tables = try await countRows(at: target).filter { $0.rows > 0 }.map(\.table)
            if !tables.isEmpty {
                refusals.append(
                    "\(target.shard) has rows of the tenant in \(tables.joined(separator: ", ")); remove them first"
                )
            }
        }
        let name = try await read(
            source,
            "reading the tenant",
            "SELECT subdomain FROM tenants WHERE id = \(claim.tenant)"
        )
        if let row = name.first {
            let subdomain = try await telling(source, "reading the tenant") { try row.decode(String.self, at: 0) }
            let namesake = try await read(
                target,
                "looking for the subdomain",
                "SELECT id FROM tenants WHERE subdomain = \(subdomain) AND id <> \(claim.tenant)"
            )
            if !namesake.isEmpty {
                refusals.append(
                    "another tenant of \(target.shard) has the subdomain \(subdomain); rename one of the two"
                )
            }
        }
        return refusals
    }

    private struct Holder: Sendable {
        let state: OwnershipState
        let move: MoveID?
        let attempt: Int64?
    }

    private func holder(at side: MoveSide) async throws(MoveError) -> Holder? {
        let doing = "reading the ownership row"
        return try await telling(side, doing) {
            try await side.pool.query(
                "SELECT state, moveId, attempt FROM tenant_ownership WHERE tenantId = \(claim.tenant)"
            ).decode((OwnershipState.self, MoveID?.self, Int64?.self)).first.map {
                Holder(state: $0.0, move: $0.1, attempt: $0.2)
            }
        }
    }

    /// Rows are counted; of bytes, a thousand rows are weighed.
    private func sizes() async throws(MoveError) -> [MoveSurvey.Table] {
        var tables: [MoveSurvey.Table] = []
        for counted in try await countRows(at: source) {
            let column = counted.table == "tenants" ? "id" : "tenantId"
            let bytes = try await telling(source, "weighing \(counted.table)") {
                try await source.pool.query(
                    PostgresQuery(
                        unsafeSQL: """
                            SELECT coalesce(avg(pg_column_size(t.*)), 0)::float8 FROM (
                              SELECT * FROM \(counted.table) WHERE \(column) = '\(claim.tenant)' LIMIT 1000) AS t
                            """
                    ).unprepared
                ).single().decode(Double.self, at: 0)
            }
            tables.append(
                MoveSurvey.Table(name: counted.table, rows: counted.rows, bytes: Int(bytes * Double(counted.rows)))
            )
        }
        return tables
    }
}
