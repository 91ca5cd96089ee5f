import FoundationEssentials
import HubTesting
import Testing

@testable import Postgres

/// What goes in comes out: every value is sent to a server and read back.
@Suite("Values")
struct ValueTests {
    enum Colour: String, PostgresArrayElement, PostgresArrayDecodable {
        case red
        case green
    }

    @Test("of all types survive the way to the server and back")
    func roundTrip() async throws {
        try await withConnection { connection in
            func check<Value: PostgresEncodable & PostgresDecodable & Equatable>(
                _ value: Value,
                _ type: String
            ) async throws {
                let query: PostgresQuery = "SELECT \(value)::\(unescaped: type), \(nil as Value?)::\(unescaped: type)"
                let (back, nothing) = try await connection.query(query).single().decode((Value.self, Value?.self))
                #expect(back == value, "\(type)")
                #expect(nothing == nil)
            }
            for number in [0, 1, -1, Int.max, Int.min] { try await check(number, "int8") }
            try await check(Int64(-5), "int8")
            for number in [Int32.min, 0, .max] { try await check(number, "int4") }
            for number in [Int16.min, 0, .max] { try await check(number, "int2") }
            for flag in [true, false] { try await check(flag, "bool") }
            for number in [0.1, -1e300, .pi, .infinity, .leastNonzeroMagnitude] { try await check(number, "float8") }
            for text in ["", "x", "NULL", "ä€𝄞", "a\nb\\c'\"d", "{1,2}"] { try await check(text, "text") }
            for _ in 0..<20 { try await check(UUID(), "uuid") }
            for bytes in [[], [0], [0xFF, 0, 0x5C, 0x78]] as [[UInt8]] { try await check(bytes, "bytea") }
            try await check(PostgresJSON(text: #"{"a": [1, null, "ä"]}"#), "jsonb")
            try await check(Date(timeIntervalSince1970: 1_766_413_800.25), "timestamptz")
            try await check(Colour.green, "text")
            for array in [[], ["a"], ["", "NULL", "a,b", "{x}", "\"q\"", "\\", "ä"]] {
                try await check(array, "text[]")
            }
            for array in [[], [1, -2, .max]] as [[Int]] { try await check(array, "int8[]") }
            try await check([UUID(), UUID()], "uuid[]")
            try await check([Colour.red, .green], "text[]")
        }
    }

    @Test("of time are exact to the microsecond, from the year 1 to the year 9999")
    func timestamps() async throws {
        try await withConnection { connection in
            let moments: [Int64] = [
                0, 1, -1, 999_999, -62_135_596_800_000_000, 253_402_300_799_999_999, 951_782_400_000_000,
            ]
            for moment in moments.map({ PostgresTimestamp(microseconds: $0) }) {
                let query: PostgresQuery =
                    "SELECT \(moment), \(moment) AT TIME ZONE 'UTC', (extract(epoch FROM \(moment)) * 1000000)::int8"
                let row = try await connection.query(query).single()
                let (zoned, plain, counted) = try row.decode(
                    (PostgresTimestamp.self, PostgresTimestamp.self, Int64.self)
                )
                #expect(zoned == moment)
                #expect(plain == moment)
                #expect(counted == moment.microseconds)
            }
            let other = try await connection.value(
                PostgresTimestamp.self,
                "SELECT '2024-02-29 12:00:00+05:30'::timestamptz"
            )
            #expect(other.microseconds == 1_709_188_200_000_000)
            let day = try await connection.value(PostgresTimestamp.self, "SELECT '2024-02-29'::date")
            #expect(day.microseconds == 1_709_164_800_000_000)
            for text in ["infinity", "-infinity", "0044-03-15 BC"] {
                let row = try await connection.query("SELECT \(text)::timestamptz").single()
                #expect(throws: PostgresError.self) { try row.decode(PostgresTimestamp.self) }
            }
        }
    }

    @Test("are found by a column's name in any case, by its number, or all at once")
    func columns() async throws {
        try await withConnection { connection in
            let row = try await connection.query("SELECT 1 AS tenantId, 2 AS \"tenantID\", NULL AS nothing").single()
            #expect(try row.decode(Int.self, "tenantId") == 1)
            #expect(try row.decode(Int.self, "tenantID") == 2)
            #expect(try row.decode(Int.self, at: 0) == 1)
            #expect(try row.isNull("NOTHING"))
            #expect(try !row.isNull("tenantid"))
        }
    }

    @Test("that do not fit are errors which name the column and never the value")
    func mismatches() async throws {
        try await withConnection { connection in
            let row = try await connection.query("SELECT 'secret' AS word, NULL AS nothing, 300 AS big").single()
            let failures: [() throws -> Void] = [
                { _ = try row.decode(Int.self, "word") }, { _ = try row.decode(String.self, "nothing") },
                { _ = try row.decode(Int.self, "missing") }, { _ = try row.decode(Int.self, at: 3) },
                { _ = try row.decode((String.self, String?.self)) }, { _ = try row.decode(UUID.self, "word") },
                { _ = try row.decode(Bool.self, "word") }, { _ = try row.decode([Int].self, "word") },
            ]
            for failure in failures {
                let error = #expect(throws: PostgresError.self) { try failure() }
                #expect(error?.code == .decoding)
                #expect(!"\(error!)".contains("secret"))
            }
            let rows = try await connection.query("SELECT generate_series(1, 2)")
            #expect(throws: PostgresError.self) { try rows.single() }
        }
    }

    @Test("of integers too big for the type that is asked for are errors, not other numbers")
    func overflow() async throws {
        try await withConnection { connection in
            let row = try await connection.query("SELECT 40000, 3000000000, '9223372036854775808'::numeric, -1")
                .single()
            #expect(throws: PostgresError.self) { try row.decode(Int16.self, at: 0) }
            #expect(throws: PostgresError.self) { try row.decode(Int32.self, at: 1) }
            #expect(throws: PostgresError.self) { try row.decode(Int64.self, at: 2) }
            #expect(throws: PostgresError.self) { try row.decode(UInt64.self, at: 3) }
            #expect(try row.decode(UInt64.self, at: 2) == 9_223_372_036_854_775_808)
        }
    }

    @Test("of errors are the server's own")
    func serverErrors() async throws {
        try await withConnection { connection in
            try await connection.script(
                "CREATE TABLE parent (id int PRIMARY KEY); "
                    + "CREATE TABLE item (id int CONSTRAINT small CHECK (id < 10) REFERENCES parent, name text NOT NULL)"
            )
            let check = await #expect(throws: PostgresError.self) {
                try await connection.query("INSERT INTO item VALUES (10, '')")
            }
            #expect(check?.isCheckViolation == true)
            #expect(check?.constraint == "small")
            #expect(check?.table == "item")
            let null = await #expect(throws: PostgresError.self) {
                try await connection.query("INSERT INTO item VALUES (1)")
            }
            #expect(null?.sqlState == "23502")
            #expect(null?.column == "name")
            let foreign = await #expect(throws: PostgresError.self) {
                try await connection.query("INSERT INTO item VALUES (1, '')")
            }
            #expect(foreign?.isForeignKeyViolation == true)
            #expect(foreign?.detail?.contains("(id)=(1)") == true)
            let syntax = await #expect(throws: PostgresError.self) { try await connection.query("SELEKT") }
            #expect("\(syntax!)".contains("SQLSTATE 42601"))
            #expect("\(syntax!)".contains(connection.server))
            _ = try await connection.query("SELECT 1")
        }
    }
}
