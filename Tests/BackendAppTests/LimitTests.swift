import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import Postgres
import Synchronization
import Testing

extension BackendAppTests {
    @Suite("Limits through two backends of one shard")
    struct LimitTests {
        /// Lends a tenant and its administrator's clients of two backends.
        private func withTwoBackends(
            maxUsers: Int = 5,
            maxProjects: Int = 3,
            _ body: @Sendable (HubDatabases, SampleTenant, [WebClient]) async throws -> Void
        ) async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { first in
                    try await RunningBackend.with(databases) { second in
                        let tenant = try await SampleTenant.create(
                            "acme",
                            maxUsers: maxUsers,
                            maxProjects: maxProjects,
                            on: first
                        )
                        try await body(
                            databases,
                            tenant,
                            [try await tenant.signedIn(), try await tenant.by(second).signedIn()]
                        )
                    }
                }
            }
        }

        @Test("Of fifty parallel creations of projects exactly as many succeed as there is room for")
        func projects() async throws {
            try await withTwoBackends(maxProjects: 10) { databases, tenant, clients in
                for number in 1...3 {
                    #expect(try await clients[0].post("/api/projects", ["name": "P\(number)"]).status == 201)
                }
                let answers = try await LimitTests.parallel(50) { number in
                    try await clients[number % 2].post("/api/projects", ["name": "N\(number)"])
                }
                try LimitTests.expect(answers, created: 7, limit: 10)
                let count = try databases.inShard("SELECT count(*) FROM projects WHERE tenantId = '\(tenant.id)'")
                #expect(count == ["10"])
                let usage = try await clients[1].get("/api/tenants/\(tenant.id)").decode(TenantView.self).usage
                #expect(usage.projects == 10)
            }
        }

        @Test("Of fifty parallel creations of users exactly as many succeed as there is room for")
        func users() async throws {
            try await withTwoBackends(maxUsers: 8) { databases, tenant, clients in
                let answers = try await LimitTests.parallel(50) { number in
                    try await clients[number % 2].post(
                        "/api/users",
                        ["email": "u\(number)@example.com", "password": "12345678", "fullName": "U"]
                    )
                }
                try LimitTests.expect(answers, created: 7, limit: 8)
                let count = try databases.inShard("SELECT count(*) FROM users WHERE tenantId = '\(tenant.id)'")
                #expect(count == ["8"])
            }
        }

        @Test("While projects come and go in parallel there is never one too many, and at the end none is missing")
        func withDeletions() async throws {
            try await withTwoBackends(maxProjects: 10) { databases, tenant, clients in
                let first = try await LimitTests.parallel(10) { number in
                    try await clients[number % 2].post("/api/projects", ["name": "P\(number)"])
                }
                let old = try first.map { try $0.decode(ProjectView.self).id }
                let end = Signal()
                async let highest = LimitTests.highestCount(databases, tenant.id, until: end)
                async let deletions = LimitTests.parallel(10) { number in
                    try await clients[number % 2].delete("/api/projects/\(old[number])")
                }
                let answers = try await LimitTests.parallel(50) { number in
                    let answer = try await clients[number % 2].post("/api/projects", ["name": "N\(number)"])
                    if answer.status == 201, number.isMultiple(of: 2) {
                        let id = try answer.decode(ProjectView.self).id
                        #expect(try await clients[1].delete("/api/projects/\(id)").status == 204)
                    }
                    return answer
                }
                let deleted = try await deletions
                end.isGiven.store(true, ordering: .relaxed)
                #expect(deleted.map(\.status) == Array(repeating: 204, count: 10))
                let created = answers.enumerated().filter { $0.element.status == 201 }.map(\.offset)
                let refused = answers.filter { $0.status != 201 }
                #expect(try refused.map { try $0.problem }.allSatisfy { $0.limit == 10 && $0.used == 10 })
                let most = try await highest
                #expect((1...10).contains(most), "\(most) at once")
                let left = created.filter { !$0.isMultiple(of: 2) }.count
                let usage = try await clients[0].get("/api/tenants/\(tenant.id)").decode(TenantView.self).usage
                #expect(usage.projects == left && left <= 10)

                let last = try await LimitTests.parallel(50) { number in
                    try await clients[number % 2].post("/api/projects", ["name": "L\(number)"])
                }
                try LimitTests.expect(last, created: 10 - left, limit: 10)
            }
        }

        // MARK: - Private

        private final class Signal: Sendable {
            let isGiven = Atomic<Bool>(false)
        }

        /// The most projects that anybody could see at once, asked for as often as the server answers.
        private static func highestCount(
            _ databases: HubDatabases,
            _ tenant: TenantID,
            until end: Signal
        ) async throws -> Int {
            try await withPool(databases.configuration(databases.shard, role: "hub_app")) { pool in
                var highest = 0
                while !end.isGiven.load(ordering: .relaxed) {
                    let rows = try await pool.transact(
                        TransactionOptions(),
                        prologue: ["SELECT set_config('hub.tenant', \(tenant.uuid)::text, true)"],
                        ["SELECT count(*) FROM projects"]
                    )
                    highest = max(highest, try rows[0].single().decode(Int.self, at: 0))
                }
                return highest
            }
        }

        /// Sends so many requests at once; the answers in the order of their numbers.
        private static func parallel(
            _ count: Int,
            _ request: @escaping @Sendable (Int) async throws -> WebAnswer
        ) async throws -> [WebAnswer] {
            try await withThrowingTaskGroup(of: (Int, WebAnswer).self) { group in
                for number in 0..<count { group.addTask { (number, try await request(number)) } }
                let answers = try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                return (0..<count).compactMap { answers[$0] }
            }
        }

        /// Expects so many to be created, and every other refusal to tell the limit and that all of it is used.
        private static func expect(
            _ answers: [WebAnswer],
            created: Int,
            limit: Int,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let refused = answers.filter { $0.status == 403 }
            #expect(answers.filter { $0.status == 201 }.count == created, sourceLocation: sourceLocation)
            #expect(refused.count == answers.count - created, sourceLocation: sourceLocation)
            for problem in try refused.map({ try $0.problem }) {
                #expect(problem.limit == limit && problem.used == limit, sourceLocation: sourceLocation)
            }
        }
    }
}
