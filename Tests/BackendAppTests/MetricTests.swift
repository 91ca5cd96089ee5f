import AppFixtures
import FoundationEssentials
import HubModel
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("Metrics")
    struct MetricTests {
        @Test("Requests are counted by the route's pattern, never by its path, and the pool is told")
        func routes() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                    let project = ProjectID.make(at: .now())
                    _ = try await client.get("/api/projects/\(project)")
                    _ = try await client.get("/api/nothing-like-this")
                    let text = try await WebClient(port: backend.adminPort).get("/metrics").text
                    let count =
                        "hub_http_requests_total{method=\"GET\",route=\"/api/projects/{project}\",status=\"404\"} 1"
                    #expect(text.contains(count), "\(text)")
                    #expect(text.contains("hub_http_request_duration_seconds_bucket{"))
                    #expect(text.contains("hub_pool_connections{pool=\"shard\",state=\"idle\"}"))
                    #expect(!text.contains("\(project)") && !text.contains("nothing-like-this"))
                    #expect(try await WebClient(port: backend.adminPort).get("/ready").status == 200)
                }
            }
        }
    }
}
