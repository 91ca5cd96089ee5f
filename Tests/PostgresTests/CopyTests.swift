import HubTesting
import Postgres
import Testing

@Suite("COPY")
struct CopyTests {
    struct Refusal: Error {}

    private func withTable(_ body: (PostgresConnection) async throws -> Void) async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY, name text)")
            try await body(connection)
        }
    }

    private func lines(_ numbers: Range<Int>) -> [UInt8] {
        Array(numbers.map { "\($0)\tname \($0)\n" }.joined().utf8)
    }

    @Test("takes rows in and hands them out, in pieces of any size")
    func roundTrip() async throws {
        try await withTable { connection in
            let data = lines(0..<50_000)
            let written = try await connection.copyIn("COPY item FROM STDIN") { writer in
                var rest = data[...]
                var size = 1
                while !rest.isEmpty {
                    try await writer.write(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                    size = min(size * 3, 100_000)
                }
            }
            #expect(written == 50_000)
            var read: [UInt8] = []
            let count = try await connection.copyOut("COPY (SELECT * FROM item ORDER BY id) TO STDOUT") { chunk in
                #expect(chunk.last == UInt8(ascii: "\n"))
                read += chunk
            }
            #expect(count == 50_000)
            #expect(read == data)
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM item") == 50_000)
        }
    }

    @Test("with an error in the middle reports it, changes nothing and leaves the connection usable")
    func errorInTheMiddle() async throws {
        try await withTable { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("COPY item FROM STDIN") { writer in
                    try await writer.write(lines(0..<1000))
                    try await writer.write(Array("nonsense\n".utf8))
                    for start in 1..<20 { try await writer.write(lines(start * 1000..<(start + 1) * 1000)) }
                }
            }
            #expect(error?.isServerError("22P02") == true)
            let answer = try await connection.value(Int.self, "SELECT count(*) FROM item")
            #expect(answer == 0)
        }
    }

    @Test("whose writer throws has no effect, and its error is the one thrown")
    func abandonedWriter() async throws {
        try await withTable { connection in
            await #expect(throws: Refusal.self) {
                try await connection.copyIn("COPY item FROM STDIN") { writer in
                    try await writer.write(lines(0..<10))
                    throw Refusal()
                }
            }
            let answer = try await connection.value(Int.self, "SELECT count(*) FROM item")
            #expect(answer == 0)
        }
    }

    @Test("that is cancelled has no effect")
    func cancelled() async throws {
        try await withTable { connection in
            let task = Task {
                try await connection.copyIn("COPY item FROM STDIN") { writer in
                    var start = 0
                    while true {
                        try await writer.write(lines(start..<start + 100))
                        start += 100
                    }
                }
            }
            try await waitFor("some data to arrive") {
                try PostgresCluster.shared.run("SELECT count(*) FROM pg_stat_progress_copy WHERE tuples_processed > 0")
                    != "0"
            }
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let answer = try await connection.value(Int.self, "SELECT count(*) FROM item")
            #expect(answer == 0)
        }
    }

    @Test("whose reader throws is cancelled at the server")
    func abandonedReader() async throws {
        try await withTable { connection in
            await #expect(throws: Refusal.self) {
                try await connection.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") { _ in
                    throw Refusal()
                }
            }
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("holds the server back when the reader is slow")
    func backpressure() async throws {
        try await withTable { connection in
            var chunks = 0
            await #expect(throws: Refusal.self) {
                try await connection.copyOut(
                    "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 200000)) TO STDOUT"
                ) { _ in
                    chunks += 1
                    if chunks == 1 {
                        let activity = """
                            SELECT state || ', ' || coalesce(wait_event, 'at work') FROM pg_stat_activity
                            WHERE query LIKE 'COPY (SELECT repeat%'
                            """
                        var last = ""
                        do {
                            try await waitFor("the server to wait for the client") {
                                last = try PostgresCluster.shared.run(activity)
                                return last.contains("ClientWrite")
                            }
                        } catch {
                            Issue.record("\(error); it is \(last)")
                        }
                    }
                    if chunks == 20 { throw Refusal() }
                }
            }
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("waits for the queries before it, and those after it wait")
    func amongQueries() async throws {
        try await withTable { connection in
            async let before = connection.query("SELECT pg_sleep(0.05)")
            async let copied = connection.copyIn("COPY item FROM STDIN") { writer in
                try await writer.write(lines(0..<10))
            }
            async let after = connection.query("SELECT 1")
            _ = try await (before, after)
            #expect(try await copied == 10)
        }
    }

    @Test("is part of a transaction")
    func inTransaction() async throws {
        try await withTable { connection in
            try await connection.withTransaction { transaction in
                let written = try await transaction.copyIn("COPY item FROM STDIN") { try await $0.write(lines(0..<10)) }
                let counted = try await transaction.query("SELECT count(*) FROM item").single().decode(Int.self)
                let read = try await transaction.copyOut("COPY item TO STDOUT") { _ in }
                #expect([written, counted, read] == [10, 10, 10])
            }
            await #expect(throws: Refusal.self) {
                try await connection.withTransaction { transaction in
                    _ = try await transaction.copyIn("COPY item FROM STDIN") { try await $0.write(lines(10..<20)) }
                    throw Refusal()
                }
            }
            let answer = try await connection.value(Int.self, "SELECT count(*) FROM item")
            #expect(answer == 10)
        }
    }

    @Test("refuses statements that are no COPY, and writers that outlive it")
    func misuse() async throws {
        try await withTable { connection in
            var kept: PostgresCopyWriter?
            _ = try await connection.copyIn("COPY item FROM STDIN") { writer in kept = writer }
            let late = kept!
            let error = await #expect(throws: PostgresError.self) { try await late.write([1]) }
            #expect(error?.code == .invalidUse)
            let other = await #expect(throws: PostgresError.self) { try await connection.copyIn("SELECT 1") { _ in } }
            #expect(other?.code == .invalidUse)
        }
    }
}
