import HubModel
import HubTesting
import Logging
import Postgres
import Reactor
import Testing

@testable import Directory

@Suite("The directory's version", .serialized)
struct VersionTests {
    @Test("Whoever stops in the middle of a change loses it, and holds nobody up for long")
    func stopped() async throws {
        try await withDirectory { directory in
            let (store, shard) = (directory.store, ShardID("us-1"))
            await #expect(throws: DirectoryError.self) {
                try await store.change { transaction in
                    _ = try await transaction.query("SELECT state FROM shards WHERE id = \(shard)")
                    // It says nothing more until another's change has gone through.
                    try await store.setState(of: shard, to: .draining, OperatorContext())
                }
            }
            let state = try await store.shards().first { $0.id == shard }?.state
            #expect(state == .draining)
        }
    }

    @Test("Versions become visible in order, whoever sees one sees all before it, and each commit notifies once")
    func order() async throws {
        try await withDirectory { directory in
            let start = try await directory.version()
            let reactors = try ReactorGroup(count: 1)
            defer { reactors.shutdown() }
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let configuration = directory.configuration(of: "hub_router")
            try await PostgresConnection.withConnection(configuration, on: reactors.next(), logger: logger) { router in
                let notifications = try await router.listen("hub_directory")
                let reader = Task {
                    try await gapsSeen(by: directory.configuration(of: "hub_router"), until: start + 160)
                }
                let control = directory.control
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<16 {
                        group.addTask {
                            for number in 0..<10 {
                                // By hand, so that nothing but the schema's triggers keeps the order.
                                _ = try await control.query(
                                    """
                                    INSERT INTO tenants (id, subdomain, name, shard)
                                    VALUES (gen_random_uuid(), \("writer-\(writer)-\(number)"), 'W', 'us-1')
                                    """
                                )
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await reader.value == [])
                #expect(try await directory.version() == start + 160)
                let versions = try await directory.owner.query("SELECT version FROM tenants ORDER BY version")
                #expect(try versions.map { try $0.decode(Int64.self, at: 0) } == Array(start + 1...start + 160))
                var notified: [Int64] = []
                for await notification in notifications {
                    notified.append(Int64(notification.payload)!)
                    if notified.count == 160 { break }
                }
                #expect(notified == Array(start + 1...start + 160))
            }
        }
    }

    /// Reads the version and the rows in one statement, again and again, and gathers versions that came too late.
    private func gapsSeen(by configuration: PostgresConfiguration, until last: Int64) async throws -> [String] {
        try await PostgresPool.withPool(configuration) { pool in
            var gaps: [String] = []
            var version: Int64 = 0
            while version < last {
                let (current, newest, tenants) = try await pool.query(
                    """
                    SELECT (SELECT version FROM directory_version),
                           (SELECT max(version) FROM tenants), (SELECT count(*) FROM tenants)
                    """
                ).single().decode((Int64.self, Int64?.self, Int64.self))
                let first = last - 160
                if let newest, newest != current || tenants != current - first {
                    gaps.append("\(current) \(newest) \(tenants)")
                }
                if current < version { gaps.append("\(current) after \(version)") }
                version = current
            }
            return gaps
        }
    }

    @Test("However much one transaction changes, it makes one version and one notification")
    func oncePerTransaction() async throws {
        try await withDirectory { directory in
            let before = try await directory.version()
            _ = try await directory.owner.transact(
                TransactionOptions(),
                [
                    "INSERT INTO tenants (id, subdomain, name, shard) VALUES (gen_random_uuid(), 'one', 'O', 'us-1')",
                    "INSERT INTO tenants (id, subdomain, name, shard) VALUES (gen_random_uuid(), 'two', 'T', 'us-1')",
                    "UPDATE shards SET weight = 3 WHERE id = 'eu-1'",
                    "UPDATE tenants SET name = 'X'",
                ]
            )
            #expect(try await directory.version() == before + 1)
            let versions = try await directory.owner.query("SELECT DISTINCT version FROM tenants")
            #expect(try versions.map { try $0.decode(Int64.self, at: 0) } == [before + 1])
        }
    }

    @Test("A transaction that fails makes no version; the next commit has the next number")
    func rollback() async throws {
        try await withDirectory { directory in
            let before = try await directory.version()
            await #expect(throws: PostgresError.self) {
                try await directory.owner.transact(
                    TransactionOptions(),
                    [
                        "INSERT INTO tenants (id, subdomain, name, shard) VALUES (gen_random_uuid(), 'one', 'O', 'us-1')",
                        "SELECT 1 / 0",
                    ]
                )
            }
            #expect(try await directory.version() == before)
            #expect(try await directory.register("acme").version == before + 1)
        }
    }

    @Test("The version of the topology moves with regions, shards and backends, and with nothing else")
    func topologyVersion() async throws {
        try await withDirectory { directory in
            func versions() async throws -> (Int64, Int64) {
                try await directory.owner.query("SELECT version, topologyVersion FROM directory_version").single()
                    .decode((Int64.self, Int64.self))
            }
            let before = try await versions()
            try await directory.register("acme")
            try await directory.store.publishKey(id: "k", issuer: "us-1", publicKey: "p")
            let after = try await versions()
            #expect(after == (before.0 + 2, before.1))
            try await directory.store.setState(of: "eu-1", to: .draining, OperatorContext())
            let drained = try await versions()
            #expect(drained == (after.0 + 1, after.0 + 1))
        }
    }

    @Test("A name that is given up is reserved in the same version, and redirects as long as its tenant is there")
    func reservedNames() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme")
            func reserved() async throws -> [String] {
                try await directory.owner.query(
                    "SELECT subdomain || ' ' || coalesce(tenantId::text, 'gone') || ' ' || version FROM reserved_subdomains ORDER BY 1"
                ).map { try $0.decode(String.self, at: 0) }
            }
            _ = try await directory.owner.query("UPDATE tenants SET subdomain = 'acme-two' WHERE id = \(acme.id.uuid)")
            let renamed = try await directory.version()
            #expect(try await reserved() == ["acme \(acme.id) \(renamed)"])
            #expect(try await directory.store.tenant(acme.id).version == renamed)
            // Its own old name may be taken back.
            _ = try await directory.owner.query("UPDATE tenants SET subdomain = 'acme' WHERE id = \(acme.id.uuid)")
            #expect(try await reserved() == ["acme-two \(acme.id) \(renamed + 1)"])
            _ = try await directory.owner.query("DELETE FROM tenants")
            #expect(try await reserved() == ["acme gone \(renamed + 2)", "acme-two gone \(renamed + 2)"])
            await expect(.reserved) { try await directory.register("acme") }
            await expect(.reserved) { try await directory.register("acme-two") }
            // Nor does anybody get it past the store.
            let insert: PostgresQuery =
                "INSERT INTO tenants (id, subdomain, name, shard) VALUES (gen_random_uuid(), 'acme', 'A', 'us-1')"
            let error = await #expect(throws: PostgresError.self) { try await directory.owner.query(insert) }
            #expect(error?.constraint == "pk_reserved_subdomains")
        }
    }

    @Test("An epoch never falls, and rises with every change of shards")
    func epochs() async throws {
        try await withDirectory { directory in
            try await directory.register("acme")
            for change: PostgresQuery in ["UPDATE tenants SET shard = 'eu-1'", "UPDATE tenants SET epoch = epoch - 1"] {
                let error = await #expect(throws: PostgresError.self) { try await directory.owner.query(change) }
                #expect(error?.isCheckViolation == true)
            }
            _ = try await directory.owner.query("UPDATE tenants SET shard = 'eu-1', epoch = epoch + 1")
            #expect(try await directory.store.tenant(Subdomain("acme")!).shard == "eu-1")
        }
    }
}
