import HubTesting
import Logging
import Postgres
import Reactor
import Testing

@Suite("LISTEN")
struct ListenTests {
    @Test("delivers what is notified, in order, to the listeners of its channel only")
    func delivery() async throws {
        try await withConnection { connection in
            let first = try await connection.listen("first Channel")
            let second = try await connection.listen("second")
            let database = try await connection.value(String.self, "SELECT current_database()")
            try PostgresCluster.shared.run(
                "NOTIFY \"first Channel\", '1'; NOTIFY second, 'x'; NOTIFY \"first Channel\", '2'; NOTIFY third, 'y'",
                database: database
            )
            var payloads: [String] = []
            for await notification in first.prefix(2) { payloads.append(notification.payload) }
            #expect(payloads == ["1", "2"])
            for await notification in second.prefix(1) {
                #expect(notification.channel == "second")
                #expect(notification.payload == "x")
            }
        }
    }

    @Test("delivers while queries run, and ends with the connection")
    func amongQueries() async throws {
        try await withConnection { connection in
            let stream = try await connection.listen("numbers")
            for number in 0..<100 { _ = try await connection.query("SELECT pg_notify('numbers', \(String(number)))") }
            await connection.close()
            var payloads: [String] = []
            for await notification in stream { payloads.append(notification.payload) }
            #expect(payloads == (0..<100).map(String.init))
        }
    }
}
