import AppFixtures
import HubWire
import OpenAPI
import Testing

extension BackendAppTests {
    @Suite("Description")
    struct DescriptionTests {
        @Test("The published description is sound, and has exactly the routes that are served")
        func routes() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let api = try await SampleTenant.create("acme", on: backend).client
                    let answer = try await api.get(APIDocument.path)
                    #expect(answer.status == 200)
                    let document = try PublishedAPI(json: answer.body)
                    #expect(document.faults == [])
                    #expect(document.differences(from: backend.routes) == [])
                }
            }
        }

        @Test("What needs somebody to be signed in is what the tests of access try with every kind of stranger")
        func guarded() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let api = try await SampleTenant.create("acme", on: backend).client
                    let document = try PublishedAPI(json: try await api.get(APIDocument.path).body)
                    #expect(document.guarded == Set(TenantEndpoint.all.map(\.description)))
                }
            }
        }

        @Test("A client that has the description keeps it")
        func cached() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let api = try await SampleTenant.create("acme", on: backend).client
                    let answer = try await api.get(APIDocument.path)
                    #expect(answer["content-type"] == WireJSON.mediaType)
                    #expect(answer["cache-control"] == "public, max-age=300")
                    let tag = try #require(answer["etag"])
                    let again = try await api.with(["if-none-match": tag]).get(APIDocument.path)
                    #expect(again.status == 304)
                    #expect(again.body == [])
                    #expect(again["etag"] == tag)
                }
            }
        }
    }
}
