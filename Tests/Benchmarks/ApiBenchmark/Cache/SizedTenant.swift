import HubModel
import HubWire
import NIOHTTP1

/// A tenant with so many projects of so many tasks each, made through the API.
struct SizedTenant: Sendable {
    let projects: Int
    let tasksEach: Int
    /// Its administrator.
    let client: HubClient
    /// One of the tasks.
    let task: TaskID

    /// - Parameter subdomain: a tenant of that name is taken as it is.
    init(_ subdomain: String, projects: Int, tasksEach: Int, on hub: Hub) async throws {
        let superAdmin = try await hub.signedIn(nil, "superadmin@system.com", "Admin@123")
        let made = try await superAdmin.send(
            .POST,
            "/api/tenants",
            [
                "tenantName": "Benchmark", "subdomain": subdomain, "region": "us",
                "adminEmail": "admin@\(subdomain).com",
                "adminPassword": "Demo@123", "adminFullName": "A",
            ]
        )
        guard made.status == 201 || made.status == 409 else { throw BenchmarkFailure(made.text) }
        client = try await SizedTenant.signIn(hub, subdomain)
        if made.status == 201 {
            let id = try hub.inShard("SELECT id FROM tenants WHERE subdomain = '\(subdomain)'")
            // A benchmark of writes makes projects until its time is up.
            let raised = try await superAdmin.send(.PUT, "/api/tenants/\(id)", ["maxProjects": 1_000_000])
            guard raised.status == 200 else { throw BenchmarkFailure("\(raised.status): \(raised.text)") }
            try await SizedTenant.fill(client, projects, tasksEach)
        }
        let tasks = try await client.get("/api/tasks?limit=1").decode(Page<TaskView>.self)
        guard let task = tasks.items.first else { throw BenchmarkFailure("\(subdomain) has no task") }
        self.task = task.id
        self.projects = projects
        self.tasksEach = tasksEach
    }

    // MARK: - Private

    /// The router learns of a tenant within a second.
    private static func signIn(_ hub: Hub, _ subdomain: String) async throws -> HubClient {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            do {
                return try await hub.administrator(of: subdomain)
            } catch  where ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func fill(_ client: HubClient, _ projects: Int, _ tasksEach: Int) async throws {
        _ = try await inParallel(Array(1...projects), by: 8) { number in
            let body = [
                "name": "Project \(number)", "description": "What there is to do in part \(number) of a long plan.",
            ]
            let project = try await client.send(.POST, "/api/projects", body).decode(ProjectView.self).id
            for number in 1...tasksEach {
                let status = number % 3 == 0 ? "completed" : "in-progress"
                let task = ["title": "Task \(number)", "status": status]
                let made = try await client.send(.POST, "/api/projects/\(project)/tasks", task)
                guard made.status == 201 else { throw BenchmarkFailure("\(made.status): \(made.text)") }
            }
        }
    }
}
