import HubColumns
package import HubModel
package import Moving
import Postgres

/// Moves as operators see them; what movers write is in `DirectoryStore+MoveJournal.swift`.
extension DirectoryStore {
    /// So many moves may be copied away from one shard at once: a row filter does not save it the decoding.
    package static let movesPerSource = 2

    /// Journals a move, for a mover to take.
    ///
    /// - Parameter wish: `.switch` for one that is to be switched as soon as it can be.
    /// - Throws: `.notFound(.tenant)`, `.notFound(.shard)`; `.conflict` when the tenant is being moved, held or erased, is
    ///   on the target already, the target takes no tenants, or the source has as many moves as it can bear.
    package func beginMove(
        of tenant: TenantID,
        to target: ShardID,
        wish: MoveWish?,
        _ options: MoveOptions,
        by starter: OperatorReference,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> DirectoryMove {
        try await change { transaction in
            let before = try await transaction.tenant(tenant)
            try before.requireOperators(to: "be moved")
            try await transaction.requireRoom(for: before, on: target)
            let id = MoveID.fresh()
            let entry = DirectoryAuditEntry(
                .moveTenant,
                .tenant,
                tenant.uuid,
                tenant: tenant,
                changes: .created(StartedMove(id: id, from: before.shard, to: target))
            )
            return try await transaction.pipeline([
                """
                INSERT INTO moves (id, tenantId, subdomain, source, target, epoch, wish, options, startedBy, startedByEmail,
                                   wishedBy, wishedByEmail)
                VALUES (\(id), \(tenant), \(before.subdomain), \(before.shard), \(target), \(before.epoch),
                        \(wish?.rawValue), \(PostgresJSON(text: options.json)), \(starter.id), \(starter.email),
                        \(starter.id), \(starter.email))
                """,
                .recording(entry, in: context),
                DirectoryMove.query(where: "m.id = \(id)"),
            ])[2].map(DirectoryMove.init)[0]
        }
    }

    /// The newest moves first.
    package func moves(
        _ filter: MoveFilter,
        _ window: ListWindow
    ) async throws(DirectoryError) -> Listing<DirectoryMove> {
        let condition = filter.condition
        let answers = try await read(
            """
            \(fragment: DirectoryMove.query(where: condition))
            ORDER BY m.id DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """,
            "SELECT count(*) FROM moves AS m WHERE \(fragment: condition)"
        )
        return Listing(items: try answers[0].map(DirectoryMove.init), total: try answers[1].value())
    }

    /// - Throws: `.notFound(.move)`.
    package func move(_ id: MoveID) async throws(DirectoryError) -> DirectoryMove {
        let moves = try await read(DirectoryMove.query(where: "m.id = \(id)"))[0].map(DirectoryMove.init)
        guard let move = moves.first else { throw DirectoryError(.notFound(.move), "there is no such move") }
        return move
    }

    /// The move of a tenant that is not over; else its last one.
    ///
    /// - Throws: `.notFound(.move)`.
    package func latestMove(of tenant: TenantID) async throws(DirectoryError) -> DirectoryMove {
        let moves = try await read(
            "\(fragment: DirectoryMove.query(where: "m.tenantId = \(tenant)")) ORDER BY m.id DESC LIMIT 1"
        )[0].map(DirectoryMove.init)
        guard let move = moves.first else { throw DirectoryError(.notFound(.move), "the tenant was never moved") }
        return move
    }

    /// Notes what an operator wishes, for the mover to see; wishing it twice is wishing it once.
    ///
    /// - Throws: `.notFound(.move)`; `.conflict` with what could be wished instead.
    package func wish(
        _ wish: MoveWish,
        of id: MoveID,
        by wisher: OperatorReference,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> DirectoryMove {
        try await change { transaction in
            let moves = try await transaction.query(
                "\(fragment: DirectoryMove.query(where: "m.id = \(id)")) FOR UPDATE"
            ).map(DirectoryMove.init)
            guard let move = moves.first else { throw DirectoryError(.notFound(.move), "there is no such move") }
            if move.record.wish == wish { return move }
            let wished: MoveRecord
            do throws(MoveRefusal) {
                wished = try move.record.wishing(wish)
            } catch {
                throw DirectoryError(.conflict, error.description)
            }
            let entry = DirectoryAuditEntry(
                .moveTenant,
                .tenant,
                move.record.tenant.uuid,
                tenant: move.record.tenant,
                changes: .updated(from: WishedMove(id: id, wish: move.record.wish), to: WishedMove(id: id, wish: wish))
            )
            return try await transaction.pipeline([
                """
                UPDATE moves SET \(fragment: wished.assignments), wishedBy = \(wisher.id), wishedByEmail = \(wisher.email)
                WHERE id = \(id)
                """,
                .recording(entry, in: context),
                DirectoryMove.query(where: "m.id = \(id)"),
            ])[2].map(DirectoryMove.init)[0]
        }
    }

    /// What happened in a move after a place in its log, oldest first.
    package func events(
        of move: MoveID,
        after place: Int64 = 0,
        limit: Int
    ) async throws(DirectoryError) -> [MoveEvent] {
        try await read(
            """
            SELECT \(unescaped: MoveEvent.columns) FROM move_events WHERE moveId = \(move) AND id > \(place)
            ORDER BY id LIMIT \(limit)
            """
        )[0].map(MoveEvent.init)
    }
}

/// Which moves are wanted.
package struct MoveFilter: Sendable {
    /// Only those of this tenant.
    package var tenant: TenantID?
    /// Only those that are not over, or that are.
    package var isOver: Bool?

    package init(tenant: TenantID? = nil, isOver: Bool? = nil) {
        self.tenant = tenant
        self.isOver = isOver
    }

    var condition: PostgresQuery {
        """
        m.tenantId = coalesce(\(tenant), m.tenantId)
        AND coalesce((m.state IN ('completed', 'cancelled', 'reversed')) = \(isOver), true)
        """
    }
}

private struct StartedMove: Encodable {
    let id: MoveID
    let from: ShardID
    let to: ShardID
}

private struct WishedMove: Encodable {
    let id: MoveID
    let wish: MoveWish?
}

extension DirectoryTransaction {
    /// - Throws: `.conflict` when a move of the tenant is not over.
    func requireNoMove(of tenant: TenantID, to act: String) async throws(DirectoryError) {
        let moves = try await query(
            DirectoryMove.query(
                where: "m.tenantId = \(tenant) AND m.state NOT IN ('completed', 'cancelled', 'reversed')"
            )
        ).map(DirectoryMove.init)
        guard let move = moves.first else { return }
        let legal = move.record.legalWishes.filter { [.cancel, .complete, .reverse].contains($0) }
        let way = legal.map { "'hubctl move \($0.rawValue) \(move.record.id)'" }.joined(separator: " or ")
        throw DirectoryError(
            .conflict,
            "the tenant cannot \(act) while it is being moved (\(move.record.state.rawValue))"
                + (way.isEmpty ? "; try again when the move is over" : ": end the move first with \(way)")
        )
    }

    fileprivate func requireRoom(for tenant: DirectoryTenant, on target: ShardID) async throws(DirectoryError) {
        guard target != tenant.shard else {
            throw DirectoryError(.conflict, "the tenant is on shard \(target) already")
        }
        try await requireNoMove(of: tenant.id, to: "be moved again")
        let answers = try await pipeline([
            "SELECT state FROM shards WHERE id = \(target)",
            """
            SELECT count(*) FROM moves WHERE source = \(tenant.shard)
              AND state NOT IN ('switched', 'completing', 'failed', 'completed', 'cancelled', 'reversed')
            """,
        ])
        guard let row = answers[0].first, let state = try? row.decode(ShardState.self, at: 0) else {
            throw DirectoryError(.notFound(.shard), "there is no shard \(target)")
        }
        guard state == .open else {
            throw DirectoryError(.conflict, "shard \(target) is \(state.rawValue) and takes no tenants: open it first")
        }
        guard try answers[1].value(Int.self) < DirectoryStore.movesPerSource else {
            throw DirectoryError(
                .conflict,
                "shard \(tenant.shard) has \(DirectoryStore.movesPerSource) moves under way already, and each costs it: "
                    + "wait until one is switched, or cancel one"
            )
        }
    }
}
