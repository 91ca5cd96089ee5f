import FoundationEssentials
import HubModel
import MoveEngine
import Postgres
import Synchronization

/// Writes as backends do, under the tenant's fence, until the shard refuses; and keeps a ledger of what was acknowledged.
final class TenantWriter: Sendable {
    /// The title of each task that must be there.
    private let ledger = Mutex<[UUID: String]>([:])
    private let written = Atomic<Int>(0)

    let tenant: TenantID

    init(_ tenant: TenantID) {
        self.tenant = tenant
    }

    /// Writes of all kinds so far.
    var count: Int { written.load(ordering: .relaxed) }

    /// Takes over what is there.
    func begin(at side: MoveSide) async throws {
        let tasks = try await titles(at: side)
        ledger.withLock { $0 = tasks }
    }

    /// Whether a shard has what was acknowledged, neither more nor less.
    func balances(at side: MoveSide) async throws -> Bool {
        let tasks = try await titles(at: side)
        return ledger.withLock { $0 == tasks }
    }

    /// Writes until the shard does not serve the tenant at the epoch any more, or the task is cancelled.
    func run(at side: MoveSide, epoch: Epoch) async throws {
        var turn = 0
        while !Task.isCancelled {
            turn += 1
            do {
                try await write(turn, at: side, epoch)
                written.add(1, ordering: .relaxed)
            } catch let error as PostgresError {
                if error.isServerError("HU421") || error.code == .cancelled { return }
                throw error
            }
        }
    }

    // MARK: - Private

    private func titles(at side: MoveSide) async throws -> [UUID: String] {
        let rows = try await side.pool.query(
            "SELECT id, title FROM tasks WHERE tenantId = \(tenant.uuid)"
        ).decode((UUID.self, String.self))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) })
    }

    private func write(_ turn: Int, at side: MoveSide, _ epoch: Epoch) async throws {
        let some = ledger.withLock { $0.keys.randomElement() }
        let id = UUID()
        let title = "turn \(turn) at \(epoch)"
        let t = tenant.uuid
        switch (turn % 8, some) {
        case (0, let some?):
            try await commit(side, epoch, ["DELETE FROM tasks WHERE tenantId = \(t) AND id = \(some)"])
            ledger.withLock { $0[some] = nil }
        case (1, _):
            // A project that takes its task along, in one transaction with what stays.
            try await commit(
                side,
                epoch,
                [
                    "INSERT INTO projects (tenantId, id, name) VALUES (\(t), \(id), \(title))",
                    "INSERT INTO tasks (tenantId, projectId, title) VALUES (\(t), \(id), 'goes')",
                    "DELETE FROM projects WHERE tenantId = \(t) AND id = \(id)",
                ]
            )
        case (2, _):
            // A user whose traces lose their name.
            try await commit(
                side,
                epoch,
                [
                    """
                    INSERT INTO users (tenantId, id, email, fullName, passwordHash)
                    VALUES (\(t), \(id), \(id.uuidString), 'U', 'h')
                    """,
                    """
                    UPDATE tasks SET assignedTo = \(id) WHERE tenantId = \(t) AND id =
                      (SELECT id FROM tasks WHERE tenantId = \(t) LIMIT 1)
                    """,
                    "INSERT INTO audit_logs (tenantId, userId, action, entityType) VALUES (\(t), \(id), 'x', 'y')",
                    "DELETE FROM users WHERE tenantId = \(t) AND id = \(id)",
                ]
            )
        case (3, _):
            // A row that goes from one month's partition to another's, its key with it.
            try await commit(
                side,
                epoch,
                [
                    """
                    UPDATE audit_logs SET timestamp = timestamp + interval '31 days' WHERE (tenantId, id, timestamp) =
                      (SELECT tenantId, id, timestamp FROM audit_logs WHERE tenantId = \(t) LIMIT 1)
                    """
                ]
            )
        case (4, let some?), (5, let some?):
            try await commit(side, epoch, ["UPDATE tasks SET title = \(title) WHERE tenantId = \(t) AND id = \(some)"])
            ledger.withLock { $0[some] = title }
        default:
            try await commit(
                side,
                epoch,
                [
                    """
                    INSERT INTO tasks (tenantId, id, projectId, title)
                    SELECT \(t), \(id), id, \(title) FROM projects WHERE tenantId = \(t) LIMIT 1
                    """,
                    "INSERT INTO audit_logs (tenantId, action, entityType, entityId) VALUES (\(t), 'c', 'task', \(id))",
                ]
            )
            ledger.withLock { $0[id] = title }
        }
    }

    private func commit(_ side: MoveSide, _ epoch: Epoch, _ queries: [PostgresQuery]) async throws {
        _ = try await side.pool.transact(
            TransactionOptions(isolation: .readCommitted),
            prologue: [
                """
                SELECT pg_advisory_xact_lock_shared(18433, hub_tenant_lock_key(\(tenant.uuid)))
                """,
                "SELECT hub_require_ownership(\(tenant.uuid), \(epoch.rawValue))",
            ],
            queries
        )
    }
}
