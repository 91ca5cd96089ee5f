import FoundationEssentials
import HubModel
import Postgres

@testable import ShardStore

/// Two tenants of one shard with rows in every table, and some of the walls between them taken down.
struct Neighbours {
    let shard: ShardFixture
    let tables: [TenantTable]
    let acme: Household
    let globex: Household

    /// What a tenant has: two people, one project with one task, a session and an answer that is kept.
    struct Household: Sendable {
        let context: TenantContext
        let settings: TenantSettings
        let admin: UserRecord
        let worker: UserRecord
        let project: ProjectRecord
        let task: TaskRecord
        let session: SessionID
        /// A super admin's ticket, whose secret's hash is ``secretHash``.
        let ticket: ImpersonationID

        var id: TenantID { context.tenant }
        /// The key of the answer that is kept for the worker.
        var key: String { "\(settings.subdomain)-key" }
    }

    static let secretHash: [UInt8] = [1, 2, 3]
    static let support = OperatorReference(id: .fresh(), email: EmailAddress("support@hub.example")!)

    /// One of the three things that keep tenants apart.
    enum Wall {
        case rowSecurity, foreignKeys
    }

    /// Lends the neighbours in a database of their own.
    ///
    /// - Parameter down: the walls to take down first.
    static func with(
        down: [Wall],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Neighbours) async throws -> Void
    ) async throws {
        try await withShard { shard in
            let neighbours = Neighbours(
                shard: shard,
                tables: try await shard.owner.withUndone { try await TenantTable.all($0) },
                acme: try await Household(shard, "acme"),
                globex: try await Household(shard, "globex")
            )
            try await shard.owner.withConnection { owner in
                try await owner.script(.attempt)
                for wall in down { try await owner.script(wall.removal) }
            }
            try await body(neighbours)
        }
    }
}

extension Neighbours.Household {
    fileprivate init(_ shard: ShardFixture, _ name: String) async throws {
        let tenant = try await shard.makeTenant(name, maxUsers: 3, maxProjects: 2)
        let store = shard.store
        context = tenant.context
        (worker, project, task, session, ticket) = try await store.withWrite(tenant.context) { transaction in
            let worker = try await transaction.users.create(
                NewUser(
                    email: EmailAddress("worker@\(name).com")!,
                    fullName: "Worker of \(name)",
                    passwordHash: "hash",
                    role: .user
                )
            )
            let project = try await transaction.projects.create(NewProject(name: "Project of \(name)"))
            let task = try await transaction.tasks.create(
                NewTask(project: project.id, title: "Task of \(name)", assignedTo: worker.id)
            )
            let session = try await transaction.sessions.create(for: worker.id, lifetime: .seconds(600))
            _ = try await transaction.idempotencyKeys.claim("\(name)-key", of: worker.id, fingerprint: [1])
            try await transaction.idempotencyKeys.keep(
                KeptAnswer(status: 201, location: nil, body: "Answer to \(name)"),
                under: "\(name)-key",
                of: worker.id
            )
            let ticket = ImpersonationID.fresh()
            _ = try await transaction.impersonations.create(
                ticket,
                by: Neighbours.support,
                as: worker.id,
                reason: "A test",
                secretHash: Neighbours.secretHash,
                lifetime: .seconds(600)
            )
            return (worker, project, task, session.id, ticket)
        }
        (admin, settings) = try await store.withRead(tenant.context) { transaction in
            (try await transaction.users.get(tenant.admin), try await transaction.tenant.settings())
        }
        // What the verbs that tidy up would remove.
        _ = try await shard.owner.query(
            """
            INSERT INTO sessions (id, tenantId, userId, createdAt, expiresAt) VALUES
            (gen_random_uuid(), \(tenant.id), \(worker.id), now() - interval '2 hours', now() - interval '1 hour')
            """
        )
        _ = try await shard.owner.query(
            "UPDATE events SET createdAt = now() - interval '2 hours' WHERE tenantId = \(tenant.id)"
        )
        _ = try await shard.owner.query(
            """
            INSERT INTO idempotency_keys (tenantId, userId, key, fingerprint, createdAt) VALUES
            (\(tenant.id), \(worker.id), 'old', '', now() - interval '2 days')
            """
        )
        // What is in the audit store alone: more of the one than of the other.
        _ = try await shard.owner.query(
            """
            INSERT INTO audit_floors (tenantId, floor)
            VALUES (\(tenant.id), \(Timestamp(name == "acme" ? "2001-01-01T00:00:00Z" : "2002-01-01T00:00:00Z")!))
            """
        )
        // What a move leaves.
        _ = try await shard.owner.query(
            "INSERT INTO move_markers (tenantId, moveId, number) VALUES (\(tenant.id), gen_random_uuid(), 1)"
        )
    }
}

extension Neighbours.Wall {
    fileprivate var removal: String {
        switch self {
        case .rowSecurity:
            """
            DO $$ DECLARE relation regclass; BEGIN
              FOR relation IN SELECT oid FROM pg_class WHERE relrowsecurity LOOP
                EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', relation);
              END LOOP;
            END $$
            """
        case .foreignKeys:
            """
            DO $$ DECLARE key record; BEGIN
              FOR key IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
                         WHERE contype = 'f' AND conparentid = 0 LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.relation, key.conname);
              END LOOP;
            END $$
            """
        }
    }
}

extension String {
    /// Makes `attempt(statement)`, which runs a statement as the caller, undoes it, and tells how many rows it touched or
    /// the SQLSTATE of its refusal.
    fileprivate static let attempt = """
        CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE touched bigint;
        BEGIN
          EXECUTE statement;
          GET DIAGNOSTICS touched = ROW_COUNT;
          RAISE EXCEPTION USING ERRCODE = 'HU000', MESSAGE = touched;
        EXCEPTION WHEN OTHERS THEN
          RETURN CASE SQLSTATE WHEN 'HU000' THEN SQLERRM ELSE SQLSTATE END;
        END $$;
        GRANT EXECUTE ON FUNCTION attempt(text) TO hub_app;
        """
}

/// Ends a transaction whose changes nobody wants.
struct Undo: Error {}

extension PostgresPool {
    /// Lends a transaction, and undoes what was done in it.
    func withUndone<Answer>(
        as tenant: TenantID? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresTransaction) async throws -> Answer
    ) async throws -> Answer {
        var answer: Answer?
        do {
            let prologue: [PostgresQuery] =
                tenant.map { ["SELECT set_config('hub.tenant', \($0)::text, true)"] } ?? []
            try await withTransaction(TransactionOptions(), prologue: prologue) { transaction in
                answer = try await body(transaction)
                throw Undo()
            }
        } catch is Undo {}
        guard let answer else { throw Undo() }
        return answer
    }
}

extension PostgresTransaction {
    /// What `attempt` says of a statement.
    func attempt(_ statement: String) async throws -> String {
        try await query("SELECT attempt(\(statement))").single().decode(String.self, at: 0)
    }
}
