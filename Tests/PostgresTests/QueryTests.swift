import FoundationEssentials
import HubTesting
import Testing

@testable import Postgres

@Suite("A query")
struct QueryTests {
    @Test("binds what is interpolated, quotes identifiers, and takes SQL only on demand")
    func interpolation() {
        let id = 7
        let table = "weird \"name\""
        let query: PostgresQuery =
            "SELECT \(unescaped: "a, b") FROM \(identifier: table) WHERE id = \(id) AND x = \("y")"
        #expect(query.sql == #"SELECT a, b FROM "weird ""name""" WHERE id = $1 AND x = $2"#)
        #expect(query.binds.types == [20, 0])
    }

    @Test("describes itself by its SQL and never by its values")
    func description() {
        let query: PostgresQuery = "SELECT \("secret")"
        #expect("\(query)" == "SELECT $1")
    }

    @Test("splices a fragment with its values renumbered")
    func fragments() async throws {
        let condition: PostgresQuery = "a = \(2) AND b = \("x")"
        let query: PostgresQuery = "SELECT \(1), (\(fragment: condition)), \(3) FROM (SELECT 2 AS a, 'x' AS b) AS t"
        #expect(query.sql == "SELECT $1, (a = $2 AND b = $3), $4 FROM (SELECT 2 AS a, 'x' AS b) AS t")
        try await withConnection { connection in
            let row = try await connection.query(query).single().decode((Int.self, Bool.self, Int.self))
            #expect(row == (1, true, 3))
        }
    }

    @Test(
        "cannot be changed by a value",
        arguments: [
            "'; DROP TABLE item; --", "\\'; DROP TABLE item; --", "$1", "$$; DROP TABLE item; $$",
            "\"; DROP TABLE item",
            "x' OR '1'='1", "\u{FF07}; DROP TABLE item", "%s%n", "",
        ]
    )
    func injection(value: String) async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (name text)")
            _ = try await connection.query("INSERT INTO item VALUES (\(value))")
            let back = try await connection.value(String.self, "SELECT name FROM item WHERE name = \(value)")
            #expect(back == value)
            // As an identifier: a table of exactly that name.
            if !value.isEmpty {
                _ = try await connection.query("CREATE TABLE \(identifier: value) (id int)")
                let count = try await connection.value(
                    Int.self,
                    "SELECT count(*) FROM pg_class WHERE relname = \(String(value.prefix(63)))"
                )
                #expect(count == 1)
            }
            // As a literal, for statements without parameters.
            _ = try await connection.query(
                "COMMENT ON TABLE item IS \(unescaped: PostgresQuery.quoted(literal: value))"
            )
            let comment = try await connection.value(String?.self, "SELECT obj_description('item'::regclass)")
            #expect(comment ?? "" == value)
        }
    }

    @Test("does not run a second statement that hides in its SQL")
    func secondStatement() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (name text)")
            for isPrepared in [true, false] {
                var query = PostgresQuery(unsafeSQL: "SELECT 1; DROP TABLE item")
                query.isPrepared = isPrepared
                let error = await #expect(throws: PostgresError.self) { try await connection.query(query) }
                #expect(error?.isServerError("42601") == true)
            }
            let count = try await connection.value(Int.self, "SELECT count(*) FROM item")
            #expect(count == 0)
        }
    }
}
