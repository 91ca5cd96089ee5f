import AppFixtures
import BackendApp
import FoundationEssentials
import HubColumns
import HubModel
import HubTesting
import HubWire
import Migrations
import Observability
import Postgres
import ShardStore
import Synchronization
import Testing

extension BackendAppTests {
    @Suite("A shard that Patroni keeps")
    struct PatroniTests {
        @Test("Its primary dies and is replaced: backends find the next, and nothing that was acknowledged is lost")
        func failover() async throws {
            try await PatroniCluster.with(configuration: PatroniTests.example) { patroni in
                try await HubDatabases.with { databases in
                    try await PatroniTests.prepare(databases.shard, on: patroni)
                    let configure: @Sendable (inout BackendConfiguration) -> Void = { configuration in
                        configuration.shardDatabase.hosts = patroni.ports.map { PostgresHost("127.0.0.1", $0) }
                        configuration.shardDatabase.targetSession = .readWrite
                        configuration.shardDatabase.timelines = TimelineWatch()
                    }
                    try await RunningBackend.with(databases, change: configure) { backend in
                        let admin = try await SampleTenant.create("acme", on: backend).signedIn()
                        let project = try await admin.post("/api/projects", ["name": "P"]).decode(ProjectView.self)
                        try await PatroniTests.requireSlotsAreLeft(patroni)
                        let written = try await PatroniTests.write(
                            { try await admin.post("/api/projects/\(project.id)/tasks", ["title": $0]) },
                            beside: patroni
                        )
                        let kept = try await withPool(patroni.configuration(database: databases.shard)) { pool in
                            try await pool.query("SELECT id FROM tasks").decode(TaskID.self)
                        }
                        #expect(written.subtracting(kept).isEmpty, "\(patroni.log)")
                    }
                }
            }
        }

        // MARK: - Private

        /// The example that people copy is the one that is tried.
        private static let example = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Config/patroni.example.yaml").path

        /// A shard's database, once each write waits for the replica.
        private static func prepare(_ database: String, on patroni: PatroniCluster) async throws {
            try await waitFor("Patroni to have made a primary and a replica", within: .seconds(90)) {
                (try? await withPool(patroni.configuration()) { pool in
                    try await pool.query(
                        """
                        SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')
                           AND current_setting('synchronous_standby_names') <> ''
                        """
                    ).single().decode(Bool.self, at: 0)
                }) == true
            }
            try await withPool(patroni.configuration()) { pool in
                _ = try await pool.query(PostgresQuery("CREATE DATABASE \(identifier: database)").unprepared)
            }
            try await withPool(patroni.configuration(database: database)) { pool in
                _ = try await Migrator(schema: ShardSchema.schema).apply(pool)
                _ = try await pool.query(
                    PostgresQuery(unsafeSQL: "ALTER ROLE hub_app PASSWORD '\(HubDatabases.rolePassword)'").unprepared
                )
            }
        }

        /// Patroni removes slots that it does not know, but for those of moves and of audit stores.
        private static func requireSlotsAreLeft(_ patroni: PatroniCluster) async throws {
            let name = "hub_move_00000000000000000000000000000001_1"
            try await withPool(patroni.configuration()) { pool in
                _ = try await pool.query("SELECT pg_create_logical_replication_slot(\(name), 'pgoutput')")
                let start = Timestamp.now()
                // Each node looks after its slots in every round, whose time it tells.
                try await waitFor("Patroni to have looked at the slots") {
                    for port in patroni.statusPorts {
                        let status = try await WebClient(port: port).get("/patroni").decode(PatroniStatus.self)
                        guard status.dcs_last_seen > start.microseconds / 1_000_000 + 5 else { return false }
                    }
                    return true
                }
                let slots = try await pool.query(
                    "SELECT slot_name::text FROM pg_replication_slots WHERE slot_name = \(name)"
                )
                #expect(slots.count == 1)
                _ = try await pool.query("SELECT pg_drop_replication_slot(\(name))")
            }
        }

        /// What was acknowledged.
        private final class Ledger: Sendable {
            let written = Mutex<[TaskID]>([])
            let isOver = Mutex(false)
        }

        private struct PatroniStatus: Decodable {
            let dcs_last_seen: Int64
        }

        /// Writes before, while and after the primary dies.
        ///
        /// - Returns: what was acknowledged.
        private static func write(
            _ send: @escaping @Sendable (String) async throws -> WebAnswer,
            beside patroni: PatroniCluster
        ) async throws -> Set<TaskID> {
            let ledger = Ledger()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    group.addTask {
                        var number = 0
                        while !ledger.isOver.withLock({ $0 }) {
                            number += 1
                            let answer = try await send("\(writer)-\(number)")
                            guard answer.status == 201 else {
                                #expect(answer.status == 503, "\(answer.text)")
                                try await Task.sleep(for: .milliseconds(20))
                                continue
                            }
                            let id = try answer.decode(TaskView.self).id
                            ledger.written.withLock { $0.append(id) }
                        }
                    }
                }
                defer { ledger.isOver.withLock { $0 = true } }
                try await waitFor("some writes") { ledger.written.withLock { $0.count } > 30 }
                let primary = try await withPool(patroni.configuration()) { pool in
                    try await pool.query("SELECT inet_server_port()").single().decode(Int.self, at: 0)
                }
                try patroni.kill9(serverOf: try #require(patroni.ports.firstIndex(of: primary)))
                let before = ledger.written.withLock { $0.count }
                try await waitFor("writes at the next primary", within: .seconds(60)) {
                    ledger.written.withLock { $0.count } > before + 30
                }
                ledger.isOver.withLock { $0 = true }
                try await group.waitForAll()
            }
            return Set(ledger.written.withLock { $0 })
        }
    }
}
