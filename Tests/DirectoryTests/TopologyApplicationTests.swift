import Directory
import HubModel
import Testing

@Suite("Applying a topology", .serialized)
struct TopologyApplicationTests {
    private func topology(
        regions: [RegionRecord] = DirectoryTopology.sample.regions,
        shards: [DirectoryTopology.Shard] = DirectoryTopology.sample.shards,
        backends: [BackendRecord] = DirectoryTopology.sample.backends
    ) -> DirectoryTopology {
        DirectoryTopology(regions: regions, shards: shards, backends: backends)
    }

    @Test("Applying it twice changes nothing the second time, not even the version")
    func idempotence() async throws {
        try await withDirectory { directory in
            let before = try await directory.version()
            #expect(try await directory.store.apply(.sample).isEmpty)
            #expect(try await directory.version() == before)
        }
    }

    @Test("The difference is told and made: added, changed and removed")
    func difference() async throws {
        try await withDirectory { directory in
            let change = try await directory.store.apply(
                DirectoryTopology(
                    regions: [RegionRecord(id: "us", name: "USA"), RegionRecord(id: "apac", name: "Asia")],
                    shards: [
                        .init(id: "us-1", region: "us", weight: 5, initialState: .closed),
                        .init(id: "us-2", region: "us", weight: 2, initialState: .open),
                        .init(id: "apac-1", region: "apac", weight: 1, initialState: .draining),
                    ],
                    backends: [
                        .sample("backend-us-1", "us-1", 9001), .sample("backend-us-2", "us-2", 8002),
                        .sample("backend-apac-1", "apac-1", 8003),
                    ]
                )
            )
            #expect(
                change.regions.added == ["apac"] && change.regions.changed == ["us"] && change.regions.removed == ["eu"]
            )
            #expect(
                change.shards.added == ["apac-1"] && change.shards.changed == ["us-1"]
                    && change.shards.removed == ["eu-1"]
            )
            #expect(change.backends.added == ["backend-apac-1"] && change.backends.changed == ["backend-us-1"])
            #expect(change.backends.removed == ["backend-eu-1"])
            #expect(try await directory.store.regions().map(\.name) == ["Asia", "USA"])
            let shards = try await directory.store.shards()
            #expect(shards.map(\.id) == ["apac-1", "us-1", "us-2"])
            // A known shard's state is the operators'.
            #expect(shards.map(\.state) == [.draining, .open, .open])
            #expect(shards.map(\.weight) == [1, 5, 2])
            #expect(shards[1].backends.map(\.port) == [9001])
        }
    }

    @Test("A shard that has tenants, or is about to, can neither be removed nor change its region")
    func inUse() async throws {
        try await withDirectory { directory in
            try await directory.register("acme", in: "eu")
            let without = topology(
                shards: DirectoryTopology.sample.shards.filter { $0.id != "eu-1" },
                backends: DirectoryTopology.sample.backends.filter { $0.shard != "eu-1" }
            )
            let before = try await directory.version()
            let error = await expect(.inUse) { try await directory.store.apply(without) }
            #expect(error?.message == "shard eu-1 has 1 tenants and cannot be removed")
            let elsewhere = topology(
                shards: DirectoryTopology.sample.shards.map {
                    .init(id: $0.id, region: "us", weight: $0.weight, initialState: $0.initialState)
                }
            )
            await expect(.inUse) { try await directory.store.apply(elsewhere) }
            #expect(try await directory.version() == before)
        }
    }

    @Test("A shard on which a sign-up is under way cannot be removed")
    func pending() async throws {
        try await withDirectory { directory in
            _ = try await directory.store.beginRegistration(
                of: Subdomain("acme")!,
                name: "A",
                in: "eu",
                lease: .seconds(60)
            )
            let without = topology(
                regions: DirectoryTopology.sample.regions.filter { $0.id != "eu" },
                shards: DirectoryTopology.sample.shards.filter { $0.id != "eu-1" },
                backends: DirectoryTopology.sample.backends.filter { $0.shard != "eu-1" }
            )
            await expect(.inUse) { try await directory.store.apply(without) }
        }
    }
}
