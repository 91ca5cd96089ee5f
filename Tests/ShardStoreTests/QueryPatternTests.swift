import Foundation
import HubModel
import Postgres
import ShardStore
import Testing

/// The founding document's "Query Patterns", read from the document itself.
@Suite("The document's eight queries", .serialized)
struct QueryPatternTests {
    /// The statements in their order, as they stand in the document.
    private static func queries() throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Resources/workspace-hub-erd.md")
        let document = try String(contentsOf: file, encoding: .utf8)
        let section = try #require(document.components(separatedBy: "\n## Query Patterns\n").dropFirst().first)
        let block = try #require(section.components(separatedBy: "```sql\n").dropFirst().first)
        let sql = try #require(block.components(separatedBy: "```").first)
        return sql.components(separatedBy: ";").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty }
    }

    @Test("They run as they stand, as the application's role, and find the tenant's rows")
    func verbatim() async throws {
        let queries = try Self.queries()
        #expect(queries.count == 8)
        try await withShard { shard in
            let acme = try await shard.makeTenant("acme")
            let globex = try await shard.makeTenant("globex")
            _ = try await fill(shard, globex)
            let (john, project) = try await fill(shard, acme)
            let samples = [
                "'550e8400-...'": "'\(acme.id)'", "'660e8400-...'": "'\(project)'", "'770e8400-...'": "'\(john)'",
            ]
            var answers: [PostgresRows] = []
            for query in queries {
                let sql = samples.reduce(query) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
                #expect(!sql.contains("..."), "a sample is left: \(sql)")
                answers.append(try await shard.asApp(acme.id, PostgresQuery(unsafeSQL: sql)))
            }
            func column<Value: PostgresDecodable>(_ query: Int, _ name: String, _ type: Value.Type) throws -> [Value] {
                try answers[query - 1].map { try $0.decode(type, name) }
            }
            #expect(try column(1, "id", UserID.self) == [john])
            #expect(answers[0].columns == ["id", "email", "fullname", "passwordhash", "role", "tenantid"])
            #expect(try column(2, "name", String.self) == ["Second", "First"])
            #expect(try column(3, "title", String.self) == ["Later", "Sooner"])
            #expect(try column(3, "assignedToName", String?.self) == [nil, "John Doe"])
            #expect(try column(4, "userCount", Int.self) == [2])
            #expect(
                try column(5, "action", String.self) == [
                    "CREATE_TASK", "CREATE_TASK", "CREATE_PROJECT", "CREATE_PROJECT",
                ]
            )
            #expect(try column(5, "changes", PostgresJSON.self).allSatisfy { $0.text.contains("after") })
            #expect(try column(6, "title", String.self) == ["Sooner"])
            #expect(try column(7, "id", TenantID.self) == [acme.id])
            #expect(try column(8, "name", String.self) == ["Second", "First"])
        }
    }

    /// John with two projects and two tasks, each in a transaction and so at a moment of its own.
    private func fill(_ shard: ShardFixture, _ tenant: TestTenant) async throws -> (UserID, ProjectID) {
        let store = shard.store
        let john = try await store.withWrite(tenant.context) {
            try await $0.users.create(
                NewUser(email: EmailAddress("john@acme.com")!, fullName: "John Doe", passwordHash: "h", role: .user)
            ).id
        }
        let context = tenant.context.acting(as: john)
        let project = try await store.withWrite(context) { try await $0.projects.create(NewProject(name: "First")).id }
        _ = try await store.withWrite(context) { try await $0.projects.create(NewProject(name: "Second")) }
        _ = try await store.withWrite(context) {
            try await $0.tasks.create(NewTask(project: project, title: "Sooner", assignedTo: john))
        }
        _ = try await store.withWrite(context) { try await $0.tasks.create(NewTask(project: project, title: "Later")) }
        return (john, project)
    }
}
