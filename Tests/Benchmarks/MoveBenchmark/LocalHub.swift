import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Postgres
import WebClients

/// A running local deployment (HUB_HOME, HUB_PORT, HUBCTL) in the hands of a super admin.
struct LocalHub: Sendable {
    let home: String
    let port: Int
    let apex: WebClient
    /// The operators' command for this deployment.
    private let command: String

    static func signIn(_ environment: [String: String]) async throws -> LocalHub {
        guard let home = environment["HUB_HOME"], let port = environment["HUB_PORT"].flatMap(Int.init),
            let command = environment["HUBCTL"]
        else {
            throw ChildFailure("HUB_HOME, HUB_PORT and HUBCTL must name a running deployment; use compose/bench move")
        }
        let apex = WebClient.router(port, nil)
        let token = try await token(of: apex, "superadmin@system.com", "Admin@123")
        return LocalHub(home: home, port: port, apex: apex.bearing(token), command: command)
    }

    /// Runs the operators' command.
    func hubctl(_ arguments: String...) async throws -> String {
        try await ChildProcess.runAside([command] + arguments)
    }

    /// Loads demo data onto us-1: so many tenants, and on average so many projects of each and tasks of a project.
    func load(tenants: Int, projects: Int, tasks: Int) async throws {
        let sizes = ["--tenants", "\(tenants)", "--projects", "\(projects)", "--tasks", "\(tasks)"]
        _ = try await ChildProcess.runAside([command, "demo", "load", "--shard", "us-1"] + sizes)
    }

    func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        let answer = try await apex.get(path)
        guard answer.status == 200 else { throw ChildFailure("GET \(path): \(answer.status) \(answer.text)") }
        return try answer.decode(Answer.self)
    }

    /// Every tenant of a shard.
    func tenants(of shard: String) async throws -> [DirectoryTenantView] {
        var tenants: [DirectoryTenantView] = []
        while true {
            let page = try await get(
                "/api/tenants?shard=\(shard)&limit=100&offset=\(tenants.count)",
                as: Page<DirectoryTenantView>.self
            )
            tenants += page.items
            if page.items.isEmpty || tenants.count >= page.total { return tenants }
        }
    }

    /// A tenant of the demo data, its administrator signed in, with room for what writers make.
    func people(of tenant: DirectoryTenantView) async throws -> TrialTenant {
        let limits = UpdateTenantRequest(maxProjects: 100_000)
        let raised = try await apex.put("/api/tenants/\(tenant.id)", limits)
        guard raised.status == 200 else { throw ChildFailure("\(tenant.subdomain): \(raised.text)") }
        let host = WebClient.router(port, tenant.subdomain.rawValue)
        let token = try await LocalHub.token(of: host, "admin@\(tenant.subdomain).com", "Demo@123")
        return TrialTenant(id: tenant.id, tenant.subdomain, token: token, port: port)
    }

    /// The projects and tasks of a tenant, which nobody made by the API.
    func known(of tenant: TenantID, on shard: String) async throws -> Set<ObjectID> {
        try await LocalShards.with(shard, of: home, port) { pool in
            let rows = try await pool.query(
                """
                SELECT id FROM projects WHERE tenantId = \(tenant) UNION ALL SELECT id FROM tasks WHERE tenantId = \(tenant)
                """
            )
            return Set(try rows.map { row throws(PostgresError) in try row.decode(ObjectID.self, at: 0) })
        }
    }

    /// What the ledgers of a tenant's people say of what there is now; nobody works any more.
    func violations(
        of people: TrialTenant,
        _ traffic: Traffic,
        except known: Set<ObjectID>
    ) async throws -> [LedgerViolation] {
        let shard = try await get("/api/tenants/\(people.id)", as: DirectoryTenantView.self).shard
        let stock = try await LocalShards.with(shard.rawValue, of: home, port) { pool in
            try await LedgerStock(of: people.id, in: pool, except: known)
        }
        return traffic.report.violations + traffic.ledger.violations(in: stock)
    }

    // MARK: - Private

    private static func token(of host: WebClient, _ email: String, _ password: String) async throws -> String {
        let answer = try await host.post("/api/auth/login", LoginRequest(email: email, password: password))
        guard answer.status == 200 else { throw ChildFailure("login of \(email): \(answer.status) \(answer.text)") }
        return try answer.decode(LoginAnswer.self).token
    }
}
