import HubTesting
import Logging
import Postgres
import Reactor
import Synchronization
import Testing

@Suite("A connection")
struct PostgresConnectionTests {
    @Test("answers a query with its rows")
    func query() async throws {
        try await withConnection { connection in
            let rows = try await connection.query("SELECT \(7) AS number, \("text") AS text, \(nil as Int?) AS nothing")
            #expect(rows.columns == ["number", "text", "nothing"])
            let (number, text, nothing) = try rows.single().decode((Int.self, String.self, Int?.self))
            #expect(number == 7)
            #expect(text == "text")
            #expect(nothing == nil)
            #expect(rows.commandTag == "SELECT 1")
        }
    }

    @Test("keeps ten thousand queries of concurrent callers in flight and gives each its own answer")
    func tenThousandInFlight() async throws {
        try await withConnection { connection in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<10_000 {
                    group.addTask {
                        let answer = try await connection.query("SELECT \(number)").single().decode(Int.self)
                        return answer == number ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 10_000)
        }
    }

    @Test("isolates failures: of many pipelined queries only the wrong ones fail")
    func failureIsolation() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id bigint PRIMARY KEY)")
            let failed = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do throws(PostgresError) {
                            let divisor = number % 3 == 0 ? 0 : 1
                            _ = try await connection.query("INSERT INTO item SELECT \(number) / \(divisor)")
                            return nil
                        } catch {
                            return error.isServerError("22012") ? number : -1
                        }
                    }
                }
                return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
            }
            #expect(failed == Set((0..<200).filter { $0 % 3 == 0 }))
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM item") == 200 - failed.count)
        }
    }

    @Test("runs a pipeline all or nothing, and names the root cause")
    func pipelineIsAtomic() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id bigint PRIMARY KEY)")
            let rows = try await connection.pipeline([
                "INSERT INTO item VALUES (1)", "SELECT count(*) FROM item", "SELECT 'x' AS y",
            ])
            #expect(try rows[1].single().decode(Int.self) == 1)
            #expect(try rows[2].single().decode(String.self, "Y") == "x")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.pipeline([
                    "INSERT INTO item VALUES (2)", "INSERT INTO item VALUES (1)", "INSERT INTO item VALUES (3)",
                ])
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.constraint == "item_pkey")
            #expect(try await connection.query("SELECT id FROM item").decode(Int.self) == [1])
        }
    }

    @Test("reads and writes values of ten megabytes")
    func bigValues() async throws {
        try await withConnection { connection in
            let bytes = [UInt8](repeating: 0xA5, count: 1_000_000)
            let text = String(repeating: "ä€x", count: 2_500_000)
            let row = try await connection.query("SELECT \(bytes), \(text)::text").single()
            let (bytesBack, textBack) = try row.decode(([UInt8].self, String.self))
            #expect(bytesBack == bytes)
            #expect(textBack == text)
        }
    }

    @Test("survives a statement whose table changed under it")
    func stalePlans() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id bigint, name text)")
            _ = try await connection.query("INSERT INTO item VALUES (1, 'one')")
            let select: PostgresQuery = "SELECT * FROM item WHERE id = \(1)"
            #expect(try await connection.query(select).columns == ["id", "name"])
            _ = try await connection.query("ALTER TABLE item ADD COLUMN size int DEFAULT 5")
            #expect(try await connection.query(select).columns == ["id", "name", "size"])
            _ = try await connection.query("ALTER TABLE item ALTER COLUMN size TYPE text")
            let rows = try await connection.pipeline([select, select])
            #expect(try rows[1].single().decode(String.self, "size") == "5")
        }
    }

    @Test("prepares again what somebody deallocated")
    func deallocatedStatements() async throws {
        try await withConnection { connection in
            #expect(try await connection.value(Int.self, "SELECT \(1)") == 1)
            _ = try await connection.query(PostgresQuery("DEALLOCATE ALL").unprepared)
            #expect(try await connection.value(Int.self, "SELECT \(2)") == 2)
        }
    }

    @Test("keeps no more prepared statements than it may")
    func boundedCache() async throws {
        try await withConnection({ $0.statementCacheSize = 8 }) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let query = PostgresQuery(unsafeSQL: "SELECT \(number)")
                        let answer = try await connection.query(query).single().decode(Int.self)
                        #expect(answer == number)
                    }
                }
                try await group.waitForAll()
            }
            _ = try await connection.query("SELECT 1")
            let count: PostgresQuery = "SELECT count(*) FROM pg_prepared_statements"
            #expect(try await connection.value(Int.self, count.unprepared) <= 8)
        }
    }

    @Test("runs scripts of many statements and names the one that fails")
    func scripts() async throws {
        try await withConnection { connection in
            try await connection.script("CREATE TABLE a (id int); INSERT INTO a VALUES (1); CREATE TABLE b (id int);")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.script("INSERT INTO a VALUES (2); INSERT INTO missing VALUES (1); SELECT 1")
            }
            #expect(error?.isServerError("42P01") == true)
            #expect(try await connection.query("SELECT id FROM a").decode(Int.self) == [1])
        }
    }

    @Test("says so when a statement is used for COPY by the wrong door, and does not hang")
    func copyByQuery() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query("COPY (SELECT 1) TO STDOUT")
            }
            #expect(error?.code == .invalidUse || error?.code == .connection)
        }
    }

    @Test("refuses texts and statements with a NUL, and stays usable")
    func nulCharacters() async throws {
        try await withConnection { connection in
            let first = await #expect(throws: PostgresError.self) { try await connection.query("SELECT \("a\0b")") }
            #expect(first?.code == .encoding)
            let second = await #expect(throws: PostgresError.self) {
                try await connection.query("SELECT 1\0; DROP TABLE x")
            }
            #expect(second?.code == .encoding)
            let one = try await connection.value(Int.self, "SELECT 1")
            #expect(one == 1)
        }
    }

    @Test("is read in UTC, ISO, hex and UTF-8, whatever the server's defaults are")
    func pinnedSettings() async throws {
        try await withConnection({ $0.settings = ["search_path": "public, pg_catalog", "TimeZone": "UTC"] }) {
            connection in
            _ = try await connection.query("SELECT 1")
            let names = ["TimeZone", "DateStyle", "IntervalStyle", "bytea_output", "client_encoding", "search_path"]
            var values: [String] = []
            for name in names {
                values.append(
                    try await connection.query("SELECT current_setting(\(name))").single().decode(String.self)
                )
            }
            #expect(values == ["UTC", "ISO, MDY", "iso_8601", "hex", "UTF8", "public, pg_catalog"])
        }
    }
}
