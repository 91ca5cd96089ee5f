import BenchmarkReport
import Credentials

/// The tenants that `hubctl demo load` put on shard us-1, and the administrator of each, signed in.
struct LoadedTenants: Sendable {
    let clients: [HubClient]

    /// Signs the administrators in.
    ///
    /// Their hashes are replaced by cheap ones of the same password, or a thousand logins would take minutes. A hash is in
    /// no cached item.
    init(of hub: Hub) async throws {
        let hasher = PasswordHasher(cost: 4)
        defer { hasher.stop() }
        let hash = try await hasher.hash("Demo@123")
        let admins = try hub.inShard(
            """
            UPDATE users SET passwordHash = '\(hash)' WHERE role = 'tenant_admin' AND email LIKE 'admin@%.com';
            SELECT subdomain FROM tenants
            WHERE EXISTS (SELECT FROM users WHERE tenantId = tenants.id AND email = 'admin@' || subdomain || '.com')
            ORDER BY id
            """
        ).split(separator: "\n").dropFirst().map(String.init)
        guard admins.count > 100 else { throw BenchmarkFailure("load tenants first: hubctl demo load --shard us-1") }
        clients = try await inParallel(admins, by: 8) { try await hub.administrator(of: $0) }
    }

    /// The projects of each tenant, asked for once.
    ///
    /// - Returns: the seconds each answer took.
    func listProjects() async throws -> [Double] {
        try await inParallel(clients, by: 8) { client in
            let answer = try await client.get("/api/projects")
            guard answer.status == 200 else { throw BenchmarkFailure("\(answer.status): \(answer.text)") }
            return answer.elapsed.seconds
        }
    }
}

/// Does the work for each value, a few at a time; the answers come in any order.
func inParallel<Value: Sendable, Answer: Sendable>(
    _ values: [Value],
    by width: Int,
    _ work: @escaping @Sendable (Value) async throws -> Answer
) async throws -> [Answer] {
    try await withThrowingTaskGroup(of: Answer.self) { group in
        var rest = values.makeIterator()
        for _ in 0..<width { if let value = rest.next() { group.addTask { try await work(value) } } }
        var answers: [Answer] = []
        while let answer = try await group.next() {
            answers.append(answer)
            if let value = rest.next() { group.addTask { try await work(value) } }
        }
        return answers
    }
}
