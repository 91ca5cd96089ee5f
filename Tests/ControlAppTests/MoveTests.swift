import AppFixtures
import HubModel
import HubWire
import Testing

extension ControlAppTests {
    @Suite("Asking for moves")
    struct MoveTests {
        /// Lends a hub of one shard with the tenant `acme`, and the name of a second shard that nobody can log in to.
        private func withHub(_ body: @Sendable (RunningControl, WebClient, HubDatabases) async throws -> Void)
            async throws
        {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let client = try await control.operatorClient()
                        let name = SignUpTests.request.merging(["subdomain": "acme"]) { $1 }
                        let answer = try await client.post("/api/tenants", name)
                        try #require(answer.status == 201, "\(answer.text)")
                        _ = try databases.inDirectory("INSERT INTO shards (id, region) VALUES ('far-1', 'us')")
                        try await body(control, client, databases)
                    }
                }
            }
        }

        @Test("A dry run tells what stands in the way and changes nothing; a start with that is refused")
        func plan() async throws {
            try await withHub { _, client, databases in
                let planned = try await client.post(
                    "/api/moves",
                    CreateMoveRequest(tenant: "acme", target: ShardID("far-1")!, dryRun: true)
                )
                #expect(planned.status == 200, "\(planned.text)")
                let plan = try #require(try planned.decode(CreateMoveAnswer.self).plan)
                #expect(plan.source.rawValue == "us-1" && plan.target.rawValue == "far-1")
                #expect(plan.refusals.contains { $0.contains("shard-far-1-admin-password") }, "\(plan.refusals)")
                let started = try await client.post(
                    "/api/moves",
                    CreateMoveRequest(tenant: "acme", target: ShardID("far-1")!)
                )
                #expect(started.status == 409 && started.text.contains("far-1"), "\(started.text)")
                let moves = try databases.inDirectory("SELECT count(*) FROM moves")
                #expect(moves == ["0"])
            }
        }

        @Test("Nobody but a super admin asks, and what does not exist is 404")
        func strangers() async throws {
            try await withHub { control, client, _ in
                let id = "0198c0de-0000-7000-8000-000000000009"
                let paths = [
                    "/api/moves", "/api/moves/\(id)", "/api/moves/\(id)/certificate", "/api/moves/\(id)/events",
                ]
                for path in paths {
                    let stranger = try await control.stranger.get(path)
                    #expect(stranger.status == 401, "\(path)")
                }
                for path in paths.dropFirst() {
                    let answer = try await client.get(path)
                    #expect(answer.status == 404, "\(path) \(answer.text)")
                }
                for wish in ["verify", "switch", "reverse", "complete", "cancel", "resume"] {
                    let answer = try await client.send("POST", "/api/moves/\(id)/\(wish)", body: nil)
                    #expect(answer.status == 404, "\(wish) \(answer.text)")
                }
                let nowhere = try await client.post(
                    "/api/moves",
                    CreateMoveRequest(tenant: "acme", target: ShardID("moon-1")!)
                )
                #expect(nowhere.status == 404, "\(nowhere.text)")
                let nobody = try await client.post(
                    "/api/moves",
                    CreateMoveRequest(tenant: "nobody", target: ShardID("far-1")!)
                )
                #expect(nobody.status == 404, "\(nobody.text)")
            }
        }

        @Test("Every shard is told with what it holds of a tenant")
        func places() async throws {
            try await withHub { _, client, _ in
                let page: Page<TenantPlaceView> = try await client.get("/api/tenants/acme/places").decode()
                #expect(page.items.map(\.shard.rawValue) == ["far-1", "us-1"])
                let (far, us) = (page.items[0], page.items[1])
                #expect(far.error != nil && !far.isServing)
                #expect(us.isServing && us.ownership == "active at epoch 1")
                #expect(us.tables.contains { $0.table == "users" && $0.rows == 1 }, "\(us.tables)")
            }
        }
    }
}
