import Directory
import HubModel
import HubWeb
import HubWire
import MoveEngine
import Moving
import Postgres

/// What super admins ask of moves: plans, beginnings, wishes, and how things are.
struct MoveAdministration: Sendable {
    let directory: DirectoryStore
    let databases: ShardDatabases

    /// What a move would do; changes nothing.
    func plan(_ tenant: DirectoryTenant, to target: ShardID) async throws -> MovePlanView {
        var refusals: [String] = []
        var survey: MoveSurvey?
        if target == tenant.shard {
            refusals.append("the tenant is on shard \(target) already")
        } else if !(try await directory.shards().contains { $0.id == target }) {
            throw Problem.notFound("There is no shard \(target) here.")
        } else {
            refusals += try await directoryRefusals(tenant, target)
            do {
                // Nothing is claimed by a survey, so the attempt and the id are nobody's.
                let claim = MoveClaim(move: MoveID(tenant.id.uuid), tenant: tenant.id, attempt: 1, generation: 1)
                let found = try await databases.engine(claim, from: tenant.shard, to: target).survey()
                survey = found
                refusals += found.refusals
            } catch let error as MoveError {
                refusals.append(error.message)
            } catch let error as MoveProblem {
                refusals.append(error.message)
            }
        }
        let tables = survey?.tables ?? []
        let others = survey?.otherMoves.map { "move \($0) is under way from \(tenant.shard) as well" } ?? []
        return MovePlanView(
            tenantId: tenant.id,
            subdomain: tenant.subdomain,
            source: tenant.shard,
            target: target,
            rows: Int64(survey?.rows ?? 0),
            bytes: Int64(survey?.bytes ?? 0),
            tables: tables.map {
                MovePlanView.PlannedTable(name: $0.name, rows: Int64($0.rows), bytes: Int64($0.bytes))
            },
            estimatedCopySeconds: (survey?.estimatedCopy ?? .zero) / .seconds(1),
            estimatedPauseMilliseconds: MoveAdministration.estimatedPause(rows: survey?.rows ?? 0),
            refusals: refusals,
            remarks: others
        )
    }

    /// Journals a move that the plan has nothing against.
    ///
    /// - Throws: 404, 409 with what stands in the way.
    func begin(
        _ tenant: DirectoryTenant,
        _ wanted: CreateMoveRequest,
        by admin: SuperAdmin,
        _ context: OperatorContext
    ) async throws -> MoveView {
        let plan = try await plan(tenant, to: wanted.target)
        guard plan.refusals.isEmpty else {
            throw WebFailure(.conflict("This cannot be moved now: \(plan.refusals.joined(separator: "; "))."))
        }
        let move = try await directory.beginMove(
            of: tenant.id,
            to: wanted.target,
            wish: wanted.switch ? .switch : nil,
            MoveOptions(
                streams: wanted.streams,
                pauseBudgetMilliseconds: wanted.pauseBudgetMilliseconds,
                maximumLagBytes: Int64(wanted.maximumLagMegabytes) << 20
            ),
            by: OperatorReference(id: admin.id, email: admin.email),
            context
        )
        return MoveView(move)
    }

    func wish(
        _ wish: MoveWish,
        of move: MoveID,
        by admin: SuperAdmin,
        _ context: OperatorContext
    ) async throws -> MoveView {
        MoveView(
            try await directory.wish(
                wish,
                of: move,
                by: OperatorReference(id: admin.id, email: admin.email),
                context
            )
        )
    }

    /// A move with what can be measured of it now.
    func view(_ move: DirectoryMove) async -> MoveView {
        let record = move.record
        guard record.state.permitsStreams, record.state != .copying, let engine = try? databases.engine(record) else {
            return MoveView(move)
        }
        let directed = record.serving == .source ? engine : engine.reversed
        let lag = try? await directed.streamState().lag
        return MoveView(move, lag: lag.flatMap { $0 }.map(Int64.init))
    }

    /// Every shard that this process can look into, with what it holds of a tenant.
    func places(of tenant: TenantID, servedBy shard: ShardID?) async throws -> [TenantPlaceView] {
        let moves = try await directory.moves(MoveFilter(tenant: tenant), ListWindow(limit: 1000))
        let ids = Set(moves.items.map(\.record.id))
        var views: [TenantPlaceView] = []
        for known in try await directory.shards().map(\.id) {
            views.append(await place(of: tenant, ids, on: known, isServing: known == shard))
        }
        return views
    }

    /// From what was measured: some round trips, the final comparison, and the propagation to the routers, in milliseconds.
    static func estimatedPause(rows: Int) -> Double { 40 + min(500, Double(rows) / 1000) }

    // MARK: - Private

    private func directoryRefusals(_ tenant: DirectoryTenant, _ target: ShardID) async throws -> [String] {
        var refusals: [String] = []
        if let state = try await directory.shards().first(where: { $0.id == target })?.state, state != .open {
            refusals.append("shard \(target) is \(state.rawValue) and takes no tenants: open it first")
        }
        if tenant.state == .held || tenant.state == .deleting {
            refusals.append("the tenant is \(tenant.state.rawValue)")
        }
        let live = try await directory.moves(MoveFilter(tenant: tenant.id, isOver: false), ListWindow(limit: 1))
        if let move = live.items.first {
            refusals.append("move \(move.record.id) of the tenant is \(move.record.state.rawValue): end it first")
        }
        return refusals
    }

    private func place(
        of tenant: TenantID,
        _ moves: Set<MoveID>,
        on shard: ShardID,
        isServing: Bool
    ) async -> TenantPlaceView {
        guard let end = databases[shard] else {
            return TenantPlaceView(
                shard: shard,
                error: "this hub-control has no administrator's password for it",
                isServing: isServing
            )
        }
        do {
            let places = try await TenantPlaces.find(tenant, moves: moves, in: end.pool)
            return TenantPlaceView(
                shard: shard,
                isServing: isServing,
                ownership: places.ownership,
                tables: places.tables.map { TenantPlaceView.HeldTable(table: $0.table, rows: $0.rows) },
                streams: places.slots.map { "slot \($0)" } + places.publications.map { "publication \($0)" }
                    + places.subscriptions.map { "subscription \($0)" }
            )
        } catch {
            return TenantPlaceView(shard: shard, error: error.message, isServing: isServing)
        }
    }
}
