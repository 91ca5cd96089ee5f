import Postgres
import Testing

@Suite("A query spliced into another")
struct QueryFragmentTests {
    @Test("The fragment's parameters follow those before it, and those after it follow the fragment's")
    func renumbering() {
        let inner: PostgresQuery = "a = \(1) AND b = \(String?.none) AND c = $x$ AND d = \(3)"
        let outer: PostgresQuery = "SELECT \(0) WHERE \(fragment: inner) OR e = \(4) OR \(fragment: inner)"
        #expect(
            outer.sql == """
                SELECT $1 WHERE a = $2 AND b = $3 AND c = $x$ AND d = $4 OR e = $5 OR \
                a = $6 AND b = $7 AND c = $x$ AND d = $8
                """
        )
        #expect(outer.binds.count == 8)
    }

    @Test("The values arrive in their places")
    func values() async throws {
        try await withConnection { connection in
            let inner: PostgresQuery = "\("two")::text || \(3)::text"
            let row = try await connection.query(
                "SELECT \(1), \(fragment: inner), \(String?.none)::text, \(fragment: "\("five")::text")"
            ).single()
            let (first, second, third, fourth) = try row.decode((Int.self, String.self, String?.self, String.self))
            #expect((first, second, third, fourth) == (1, "two3", nil, "five"))
        }
    }

    @Test("A fragment that cannot be sent makes the whole query one that cannot")
    func failure() async throws {
        try await withConnection { connection in
            let inner: PostgresQuery = "\("nul\0")::text"
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query("SELECT \(fragment: inner)")
            }
            #expect(error?.code == .encoding)
        }
    }
}
