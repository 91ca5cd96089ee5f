import Foundation
import Glibc
import HubTesting
import Testing
import Topology

@testable import OperatorApp

/// A tenant that much happens to, on a server that is backed up, with a neighbour.
struct RewindTrial: Sendable {
    let server: ArchivedServer
    let id: String
    let subdomain: String
    let neighbour: String
    /// A moment after ``change()``.
    private(set) var afterChange = ""
    /// A tenant that is made by ``change()``.
    let young = "youngster"

    var tenant: String { subdomain }

    init(_ server: ArchivedServer) async throws {
        self.server = server
        let largest = try await server.ask(
            "SELECT id, subdomain FROM tenants ORDER BY (SELECT count(*) FROM tasks WHERE tenantId = tenants.id) DESC LIMIT 2"
        ).split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
        (id, subdomain, neighbour) = (largest[0][0], largest[0][1], largest[1][0])
        try await begin()
    }

    /// Runs the command in this process.
    func restore(to moment: String, _ more: String..., tenant: String? = nil) async -> Workplace.Result {
        await server.deployment.hubctl(["tenants", "restore", tenant ?? self.tenant, "--to", moment, "--yes"] + more)
    }

    /// Runs the command in a process that can be killed.
    func start(to moment: String) throws -> pid_t {
        let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".build/debug/hubctl").path
        return try ChildProcess.start(
            [program, "tenants", "restore", tenant, "--to", moment, "--yes"],
            environment: server.deployment.workplace.variables,
            output: "\(server.folder)/killed.log"
        )
    }

    // MARK: What is there

    /// All that a restore brings back.
    func contents(of subdomain: String) async throws -> String {
        try await digest(["tenants", "users", "projects", "tasks"], of: id)
    }

    /// All rows of a tenant, whatever they are.
    func everything(of tenant: String) async throws -> String {
        let tables = try await server.ask(
            """
            SELECT relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenantid'
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
            """
        ).split(separator: "\n").map(String.init)
        return try await digest(["tenants"] + tables, of: tenant)
    }

    /// What the directory says: state and epoch.
    func placement() throws -> String { try inDirectory("SELECT state, epoch FROM tenants WHERE id = '\(id)'") }

    /// What the shard says: state, epoch, and whether no restore has it.
    func ownership() async throws -> String {
        try await server.ask("SELECT state, epoch, attempt IS NULL FROM tenant_ownership WHERE tenantId = '\(id)'")
    }

    func isTaken() async throws -> Bool { try await ownership().hasSuffix("|f") }

    func stages() async throws -> String {
        try await server.ask("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'hub\\_rewind%'")
    }

    func inDirectory(_ sql: String) throws -> String {
        try server.deployment.ask(server.deployment.directory, sql)
    }

    // MARK: What happens

    /// A project with its tasks is deleted, somebody comes and works, two others exchange their addresses, and more.
    mutating func change() async throws {
        _ = try await server.ask(
            """
            DELETE FROM projects WHERE tenantId = '\(id)' AND id = (SELECT min(id::text)::uuid FROM projects WHERE tenantId = '\(id)');
            UPDATE tenants SET name = 'As it became', maxUsers = maxUsers + 100 WHERE id = '\(id)';
            UPDATE users SET email = 'nobody@hub.test' WHERE \(user(0));
            UPDATE users SET email = (SELECT email FROM trial WHERE place = 0) WHERE \(user(1));
            UPDATE users SET email = (SELECT email FROM trial WHERE place = 1) WHERE \(user(0));
            INSERT INTO users (id, tenantId, email, fullName, passwordHash)
              VALUES ('00000000-0000-7000-8000-00000000000a', '\(id)', 'new@hub.test', 'New', '!');
            INSERT INTO sessions (id, tenantId, userId, expiresAt)
              VALUES (gen_random_uuid(), '\(id)', '00000000-0000-7000-8000-00000000000a', now() + interval '1 day');
            UPDATE tasks SET assignedTo = '00000000-0000-7000-8000-00000000000a', status = 'completed' WHERE tenantId = '\(id)'
              AND id = (SELECT max(id::text)::uuid FROM tasks WHERE tenantId = '\(id)');
            INSERT INTO audit_logs (tenantId, userId, action, entityType)
              VALUES ('\(id)', '00000000-0000-7000-8000-00000000000a', 'CREATE_TASK', 'trial');
            INSERT INTO idempotency_keys (tenantId, userId, key, fingerprint)
              SELECT '\(id)', id, 'after', '' FROM users WHERE \(user(0));
            UPDATE tasks SET title = 'The neighbour works on' WHERE tenantId = '\(neighbour)';
            """
        )
        _ = try inDirectory("UPDATE tenants SET name = 'As it became' WHERE id = '\(id)'")
        let archive = "\(server.folder)/young.jsonl.gz"
        for arguments in [["export", neighbour, "--to", archive], ["import", archive, "--as", young]] {
            let result = await server.deployment.hubctl(["tenants"] + arguments)
            try #require(result.status == .success, "\(result.diagnostics)")
        }
        afterChange = try await server.now()
    }

    /// Begins the tenant's stage, and does not end it.
    func leaveStage() async throws {
        let name = "hub_rewind_" + id.replacing("-", with: "")
        _ = try await server.ask("CREATE SCHEMA \(name); CREATE UNLOGGED TABLE \(name).tasks (LIKE public.tasks)")
    }

    /// Keeps every restore from freezing the tenant while the body runs, as a writer that takes its time.
    func whileWriterIsStuck<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        let lock = try await HeldLock(
            server,
            "pg_advisory_lock_shared(18433, hub_tenant_lock_key('\(id)'))",
            port: server.port,
            database: server.deployment.shard,
            password: ArchivedServer.password
        )
        defer { lock.end() }
        return try await body()
    }

    /// Keeps the directory from being changed, until the lock is ended.
    func stopDirectory() async throws -> HeldLock {
        try await HeldLock(
            server,
            "pg_advisory_lock(18449, 0)",
            port: server.deployment.cluster.port,
            database: server.deployment.directory,
            password: server.deployment.cluster.password
        )
    }

    // MARK: - Private

    private func begin() async throws {
        _ = try await server.ask(
            """
            UPDATE tenants SET name = 'As it was' WHERE id = '\(id)';
            CREATE TABLE trial AS SELECT id, email, row_number() OVER (ORDER BY id) - 1 AS place FROM users WHERE tenantId = '\(id)';
            INSERT INTO sessions (id, tenantId, userId, expiresAt)
              SELECT gen_random_uuid(), '\(id)', id, now() + interval '1 day' FROM users WHERE \(user(0));
            INSERT INTO idempotency_keys (tenantId, userId, key, fingerprint)
              SELECT '\(id)', id, 'before', '' FROM users WHERE \(user(0));
            """
        )
    }

    private func user(_ place: Int) -> String {
        "tenantId = '\(id)' AND id = (SELECT id FROM trial WHERE place = \(place))"
    }

    private func digest(_ tables: [String], of tenant: String) async throws -> String {
        let digests = tables.map { table in
            """
            SELECT '\(table) ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), ''))
            FROM \(table) AS t WHERE \(table == "tenants" ? "id" : "tenantId") = '\(tenant)'
            """
        }
        return try await server.ask(digests.joined(separator: " UNION ALL ") + " ORDER BY 1")
    }
}

/// A session that holds an advisory lock until it is ended.
struct HeldLock: Sendable {
    private let child: pid_t
    private let input: CInt

    /// - Returns: once it has it.
    init(_ server: ArchivedServer, _ lock: String, port: Int, database: String, password: String) async throws {
        let log = "\(server.folder)/lock-\(UUID().uuidString).log"
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        input = ends[1]
        child = try ChildProcess.start(
            [
                PostgresCluster.program("psql"), "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", "\(port)", "-U",
                PostgresCluster.user, "-d", database, "-c", "SELECT \(lock)", "-c", "\\echo held",
                // The session rests meanwhile, so that it ends with its client.
                "-c", "\\! cat",
            ],
            environment: ["PGPASSWORD": password],
            input: ends[0],
            output: log
        )
        try await waitFor("the lock") {
            ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").contains("held")
        }
    }

    func end() {
        close(input)
        ChildProcess.wait(for: child)
    }
}
