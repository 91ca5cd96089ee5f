import AuditStore
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
    let audit: AuditStores

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
            refusals += await trailRefusals(tenant, target)
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
        let others = survey?.otherMoves.map { "move \($0) is under way from \(tenant.shard) as well" } ?? []
        return MovePlanView(tenant, to: target, survey, refusals: refusals, remarks: others)
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
        return MoveView(move, switches: [])
    }

    func wish(
        _ wish: MoveWish,
        of move: MoveID,
        by admin: SuperAdmin,
        _ context: OperatorContext
    ) async throws -> MoveView {
        let move = try await directory.wish(
            wish,
            of: move,
            by: OperatorReference(id: admin.id, email: admin.email),
            context
        )
        return MoveView(move, switches: try await directory.switches(of: [move.record.id])[move.record.id] ?? [])
    }

    /// A move with what can be measured of it now.
    func view(_ move: DirectoryMove) async throws -> MoveView {
        let record = move.record
        let switches = try await directory.switches(of: [record.id])[record.id] ?? []
        guard record.state.permitsStreams, record.state != .copying, let engine = try? databases.engine(record) else {
            return MoveView(move, switches: switches)
        }
        let directed = record.serving == .source ? engine : engine.reversed
        let lag = try? await directed.streamState().lag
        return MoveView(move, switches: switches, lag: lag.flatMap { $0 }.map(Int64.init))
    }

    /// Every shard that this process can look into, with what it holds of a tenant.
    func places(of tenant: TenantID, servedBy shard: ShardID?) async throws -> [TenantPlaceView] {
        let moves = try await directory.moves(MoveFilter(tenant: tenant), ListWindow(limit: 1000))
        let ids = Set(moves.items.map(\.record.id))
        var views: [TenantPlaceView] = []
        for known in try await directory.shards().map(\.id) {
            views.append(await place(of: tenant, ids, on: known, isServing: known == shard))
        }
        for store in audit.all {
            guard let index = views.firstIndex(where: { audit.region(of: $0.shard) == store.region }) else { continue }
            do throws(AuditStoreError) {
                views[index].auditTrail = try await store.rows(of: tenant)
                    .map { TenantPlaceView.HeldTable(table: $0.table, rows: $0.rows) }
            } catch {
                views[index].error = views[index].error ?? error.message
            }
        }
        return views
    }

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

    /// A trail goes where it can be read and its chain can go on.
    private func trailRefusals(_ tenant: DirectoryTenant, _ target: ShardID) async -> [String] {
        guard let region = audit.region(of: tenant.shard), let store = audit[region],
            audit.region(of: target) != region
        else { return [] }
        guard audit.store(of: target) != nil else {
            return [
                "the tenant's audit trail is sealed in region \(region), and the region of shard \(target) has no audit store"
            ]
        }
        do throws(AuditStoreError) {
            try await store.requireAttached(tenant.id)
            return []
        } catch {
            return [error.message]
        }
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
