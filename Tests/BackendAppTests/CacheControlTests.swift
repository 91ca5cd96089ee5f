import AppFixtures
import HubModel
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("What control asks of the cache")
    struct CacheControlTests {
        @Test("A tenant that this shard serves is warmed, another is skipped with the reason")
        func warm() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.withCache(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let path = InternalPath.cacheWarming(tenant.id)
                    let answer = try await backend.control(tenant.id).send("POST", path)
                    #expect(answer.status == 200, "\(answer.text)")
                    #expect(try answer.decode(InternalCacheWarming.self).outcome == .warmed)
                    // Nothing of this one is in the cache when it is frozen behind the backend's back.
                    let frozen = try await SampleTenant.create("frozen", on: backend)
                    _ = try databases.inShard(
                        "UPDATE tenant_ownership SET state = 'frozen' WHERE tenantId = '\(frozen.id)'"
                    )
                    for (client, id) in [
                        (backend.control(frozen.id), frozen.id),
                        (backend.control(tenant.id, epoch: Epoch(rawValue: 2)), tenant.id),
                    ] {
                        let path = InternalPath.cacheWarming(id)
                        let warming = try await client.send("POST", path).decode(InternalCacheWarming.self)
                        #expect(warming.outcome == .skipped && warming.reason != nil)
                    }
                }
            }
        }

        @Test("Nobody but control may warm a tenant or look at the cache, and each with a signature of its own")
        func access() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let (warm, status) = (InternalPath.cacheWarming(tenant.id), InternalPath.cache())
                    let other = backend.control(.make(at: .now()))
                    for client in [tenant.client, backend.stranger, backend.apex, backend.inspector, other] {
                        #expect(try await client.send("POST", warm).status == 403)
                    }
                    for client in [tenant.client, backend.stranger, backend.apex, backend.control(tenant.id)] {
                        #expect(try await client.get(status).status == 403)
                    }
                    // The signature for looking opens nothing else.
                    #expect(try await backend.inspector.delete(InternalPath.tenant(tenant.id)).status == 403)
                    #expect(try await backend.inspector.get("/api/projects").status == 403)
                    #expect(try databases.inShard("SELECT count(*) FROM tenants") == ["1"])
                }
            }
        }

        @Test("Without Redis the gate is off, and nothing is in the cache")
        func status() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let answer = try await backend.inspector.get(InternalPath.cache(tenants: 5))
                    #expect(answer.status == 200, "\(answer.text)")
                    let status = try answer.decode(InternalCacheStatus.self)
                    #expect(status.gate.mode == .off && !status.gate.isLeased)
                    #expect(status.server == nil && status.tenants == [])
                    for wrong in ["-1", "101", "many"] {
                        let answer = try await backend.inspector.get("/internal/cache?tenants=\(wrong)")
                        #expect(try answer.wrongFields == ["tenants"])
                    }
                }
            }
        }
    }
}
