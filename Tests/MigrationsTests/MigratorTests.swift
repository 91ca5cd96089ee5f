import HubTesting
import Migrations
import Postgres
import Testing

@Suite("Migrating a database")
struct MigratorTests {
    private static let table = Migration(version: 1, name: "table", sql: "CREATE TABLE things (id int); SELECT 1;")
    private static let column = Migration(version: 2, name: "column", sql: "ALTER TABLE things ADD COLUMN name text;")

    private func migrator(_ migrations: Migration...) -> Migrator {
        Migrator(schema: Schema(name: "sample", migrations: migrations))
    }

    private func withDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
        try await PostgresCluster.shared.withDatabase { try await PostgresPool.withPool($0, body) }
    }

    @Test("Applying brings a database to the schema's version, once")
    func applies() async throws {
        try await withDatabase { (pool) async throws in
            #expect(try await migrator(Self.table).apply(pool).map(\.version) == [1])
            #expect(try await migrator(Self.table, Self.column).apply(pool).map(\.version) == [2])
            #expect(try await migrator(Self.table, Self.column).apply(pool).isEmpty)
            try await migrator(Self.table, Self.column).check(pool)
            _ = try await pool.query("INSERT INTO things (id, name) VALUES (1, 'one')")
            #expect(try await migrator(Self.table, Self.column).history(pool).version == 2)
        }
    }

    @Test("Checking an empty database names the command that helps, and changes nothing")
    func checkOfEmpty() async throws {
        try await withDatabase { (pool) async throws in
            let error = await #expect(throws: MigrationError.self) { try await migrator(Self.table).check(pool) }
            #expect(error?.code == .behind)
            #expect(error?.message.contains("run `hubctl migrate`") == true)
            #expect(try await pool.query("SELECT FROM pg_class WHERE relname = 'schema_migrations'").isEmpty)
        }
    }

    @Test("A changed migration, an unknown version and a gap are refused, and nothing is applied")
    func drift() async throws {
        try await withDatabase { (pool) async throws in
            _ = try await migrator(Self.table).apply(pool)
            let changed = Migration(version: 1, name: "table", sql: "CREATE TABLE things (id bigint)")
            await expect(.drift) { try await migrator(changed, Self.column).apply(pool) }
            await expect(.drift) { try await migrator(changed).check(pool) }
            _ = try await pool.query("UPDATE schema_migrations SET version = 2")
            await expect(.gap) { try await migrator(Self.table, Self.column).apply(pool) }
            _ = try await pool.query("UPDATE schema_migrations SET version = 1")
            _ = try await pool.query("INSERT INTO schema_migrations VALUES (2, 'later', 'x')")
            await expect(.ahead) { try await migrator(Self.table).apply(pool) }
            await expect(.ahead) { try await migrator(Self.table).check(pool) }
            #expect(
                try await pool.query(
                    "SELECT FROM pg_attribute WHERE attname = 'name' AND attrelid = 'things'::regclass"
                ).isEmpty
            )
        }
    }

    @Test("A migration that fails is rolled back whole; those before it stay")
    func failure() async throws {
        let broken = Migration(version: 2, name: "broken", sql: "CREATE TABLE half (id int); SELECT 1 / 0;")
        try await withDatabase { (pool) async throws in
            let error = await expect(.failed) { try await migrator(Self.table, broken).apply(pool) }
            #expect(error?.message.contains("migration 2 \"broken\"") == true)
            #expect(try await migrator(Self.table).history(pool).version == 1)
            #expect(try await pool.query("SELECT FROM pg_class WHERE relname = 'half'").isEmpty)
            // The turn was given back: another can migrate.
            #expect(try await migrator(Self.table, Self.column).apply(pool).map(\.version) == [2])
        }
    }

    @Test("Eight programs that migrate at once apply each migration once")
    func concurrency() async throws {
        try await withDatabase { (pool) async throws in
            let migrator = migrator(Self.table, Self.column)
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await migrator.apply(pool).count } }
                return try await group.reduce(0, +)
            }
            #expect(applied == 2)
            try await migrator.check(pool)
        }
    }

    @Test("A database that cannot be reached is told apart from one that is behind")
    func unreachable() async throws {
        var configuration = try PostgresCluster.shared.configuration()
        configuration.database = "nowhere"
        try await PostgresPool.withPool(configuration) { pool in
            _ = await expect(.unreachable) { try await migrator(Self.table).check(pool) }
        }
    }

    @discardableResult
    private func expect(
        _ code: MigrationError.Code,
        _ body: () async throws -> some Any,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> MigrationError? {
        let error = await #expect(throws: MigrationError.self, sourceLocation: sourceLocation) { _ = try await body() }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        return error
    }
}
