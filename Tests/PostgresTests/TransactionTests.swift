import HubTesting
import Postgres
import Testing

@Suite("A transaction")
struct TransactionTests {
    @Test("commits when the closure returns and rolls back when it throws")
    func commitAndRollback() async throws {
        struct Refusal: Error {}
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY)")
            let count = try await connection.withTransaction { transaction in
                _ = try await transaction.query("INSERT INTO item VALUES (1)")
                return try await transaction.query("SELECT count(*) FROM item").single().decode(Int.self)
            }
            #expect(count == 1)
            await #expect(throws: Refusal.self) {
                try await connection.withTransaction { transaction in
                    _ = try await transaction.query("INSERT INTO item VALUES (2)")
                    throw Refusal()
                }
            }
            #expect(try await connection.query("SELECT id FROM item").decode(Int.self) == [1])
        }
    }

    @Test("runs its prologue before the first query, inside the transaction and in the same round trip")
    func prologue() async throws {
        try await withConnection { connection in
            let prologue: [PostgresQuery] = ["SELECT set_config('hub.tenant', \("t1"), true)"]
            let inside = try await connection.withTransaction(prologue: prologue) { transaction in
                try await transaction.query("SELECT current_setting('hub.tenant')").single().decode(String.self)
            }
            #expect(inside == "t1")
            let outside = try await connection.value(
                String?.self,
                "SELECT nullif(current_setting('hub.tenant', true), '')"
            )
            #expect(outside == nil)
        }
    }

    @Test("throws the prologue's own error from the first query, and then is over")
    func failingPrologue() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY)")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction(prologue: ["SELECT 1 / 0"]) { transaction in
                    _ = try await transaction.query("INSERT INTO item VALUES (1)")
                }
            }
            #expect(error?.isServerError("22012") == true)
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM item") == 0)
        }
    }

    @Test("hands out what its prologue answered, and opens itself for that")
    func prologueRows() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY)")
            let prologue: [PostgresQuery] = [
                "SELECT set_config('hub.tenant', 't1', true)", "SELECT generate_series(1, 2)",
            ]
            try await connection.withTransaction(prologue: prologue) { transaction in
                let early = try await transaction.prologueRows()
                let numbers = try early[1].decode(Int.self)
                #expect(early.count == 2 && numbers == [1, 2])
                _ = try await transaction.query("INSERT INTO item VALUES (1)")
                let late = try await transaction.prologueRows()
                let setting = try late[0].single().decode(String.self)
                #expect(setting == "t1")
            }
            try await connection.withTransaction(prologue: prologue) { transaction in
                _ = try await transaction.query("INSERT INTO item VALUES (2)")
                let rows = try await transaction.prologueRows()
                #expect(rows.count == 2)
            }
            try await connection.withTransaction(prologue: prologue) { transaction in
                _ = try await transaction.finish(with: ["INSERT INTO item VALUES (3)"])
                let setting = try await transaction.prologueRows()[0].single().decode(String.self)
                #expect(setting == "t1")
            }
            #expect(try await connection.query("SELECT id FROM item ORDER BY id").decode(Int.self) == [1, 2, 3])
        }
    }

    @Test("whose prologue fails has no rows of it, and is rolled back")
    func failedPrologueRows() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction(prologue: ["SELECT 1 / 0"]) { _ = try await $0.prologueRows() }
            }
            #expect(error?.isServerError("22012") == true)
            let hidden = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction(prologue: ["SELECT 1 / 0"]) { transaction in
                    _ = try? await transaction.query("SELECT")
                    _ = try await transaction.prologueRows()
                }
            }
            #expect(hidden?.code == .invalidUse)
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("that does nothing sends nothing")
    func empty() async throws {
        try await withConnection { connection in
            let value = try await connection.withTransaction(prologue: ["SELECT 1 / 0"]) { _ in 7 }
            #expect(value == 7)
        }
    }

    @Test(
        "that needs a condition takes its snapshot after that was answered, and gives nothing away when it does not hold"
    )
    func condition() async throws {
        try await withConnection { connection in
            let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
            func read(where holds: Bool, hiding: Bool = false, finishing: Bool = false) async throws -> Int {
                let condition = PostgresCondition("SELECT \(holds), clock_timestamp()") { rows throws(PostgresError) in
                    try rows.single().decode(Bool.self, at: 0)
                }
                return try await connection.withTransaction(options, provided: condition) { transaction in
                    if finishing {
                        return try await transaction.finish(with: ["SELECT 7"])[0].single().decode(Int.self)
                    }
                    let rows =
                        hiding ? try? await transaction.query("SELECT 7") : try await transaction.query("SELECT 7")
                    return try rows?.single().decode(Int.self) ?? 0
                }
            }
            let plain = try await read(where: true)
            let finishing = try await read(where: true, finishing: true)
            #expect(plain == 7 && finishing == 7)
            for (hiding, finishing) in [(false, false), (true, false), (false, true)] {
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await read(where: false, hiding: hiding, finishing: finishing)
                }
                #expect(error?.code == .conditionFailed)
            }
            let failing = PostgresCondition("SELECT 1 / 0") { _ in true }
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction(options, provided: failing) { _ = try await $0.query("SELECT 7") }
            }
            #expect(error?.isServerError("22012") == true)
            // The connection is as good as before.
            let after = try await read(where: true)
            #expect(after == 7)
        }
    }

    @Test("that needs a condition sees what was committed before that was answered")
    func conditionOrder() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int)")
            // The condition's own statement changes what the transaction sees, if that comes after it.
            let condition = PostgresCondition("INSERT INTO item VALUES (1) RETURNING true") {
                rows throws(PostgresError) in
                try rows.single().decode(Bool.self)
            }
            let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
            let seen = try await connection.withTransaction(options, provided: condition) {
                try await $0.query("SELECT count(*) FROM item").single().decode(Int.self)
            }
            #expect(seen == 1)
        }
    }

    @Test("whose closure hides an error is rolled back by COMMIT, which is an error")
    func hiddenError() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY)")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { transaction in
                    _ = try await transaction.query("INSERT INTO item VALUES (1)")
                    _ = try? await transaction.query("SELECT 1 / 0")
                }
            }
            #expect(error?.code == .transactionRolledBack)
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM item") == 0)
        }
    }

    @Test("finishes with its last queries and COMMIT together, and refuses anything after")
    func finish() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY)")
            try await connection.withTransaction { transaction in
                _ = try await transaction.query("INSERT INTO item VALUES (1)")
                let rows = try await transaction.finish(with: [
                    "INSERT INTO item VALUES (2)", "SELECT count(*) FROM item",
                ])
                #expect(rows.count == 2)
                #expect(try rows[1].single().decode(Int.self) == 2)
                let error = await #expect(throws: PostgresError.self) { try await transaction.query("SELECT 1") }
                #expect(error?.code == .invalidUse)
            }
            let failed = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { transaction in
                    try await transaction.finish(with: ["INSERT INTO item VALUES (3)", "INSERT INTO item VALUES (1)"])
                }
            }
            #expect(failed?.isUniqueViolation == true)
            #expect(try await connection.query("SELECT id FROM item ORDER BY id").decode(Int.self) == [1, 2])
        }
    }

    @Test("in one round trip returns the rows of its queries only, and is all or nothing")
    func transact() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int PRIMARY KEY)")
            let rows = try await connection.transact(
                TransactionOptions(isolation: .repeatableRead),
                prologue: ["SELECT set_config('hub.tenant', 't1', true)"],
                ["INSERT INTO item VALUES (1)", "SELECT current_setting('transaction_isolation')"]
            )
            #expect(rows.count == 2)
            #expect(rows[0].affectedRows == 1)
            #expect(try rows[1].single().decode(String.self) == "repeatable read")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transact(["INSERT INTO item VALUES (2)", "INSERT INTO item VALUES (1)"])
            }
            #expect(error?.isUniqueViolation == true)
            // The connection is out of the failed transaction.
            #expect(try await connection.query("SELECT id FROM item").decode(Int.self) == [1])
        }
    }

    @Test("reports a constraint that COMMIT finds violated, and nothing was changed")
    func deferredConstraint() async throws {
        try await withConnection { connection in
            try await connection.script(
                "CREATE TABLE parent (id int PRIMARY KEY); "
                    + "CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
            )
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { _ = try await $0.query("INSERT INTO child VALUES (1)") }
            }
            #expect(error?.isForeignKeyViolation == true)
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM child") == 0)
        }
    }

    @Test("that is read-only refuses writes")
    func readOnly() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int)")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction(TransactionOptions(isReadOnly: true)) { transaction in
                    _ = try await transaction.query("INSERT INTO item VALUES (1)")
                }
            }
            #expect(error?.isServerError("25006") == true)
        }
    }

    @Test("survives a stale plan by failing, and the next one works")
    func stalePlan() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int)")
            let select: PostgresQuery = "SELECT * FROM item"
            _ = try await connection.query(select)
            _ = try await connection.query("ALTER TABLE item ADD COLUMN name text")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { _ = try await $0.query(select) }
            }
            #expect(error?.isServerError("0A000") == true)
            let columns = try await connection.withTransaction { try await $0.query(select).columns }
            #expect(columns == ["id", "name"])
        }
    }

    @Test("is opened by whichever of two concurrent queries is sent first")
    func concurrentFirstQueries() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int)")
            for _ in 0..<50 {
                _ = try? await connection.withTransaction { transaction in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<4 {
                            group.addTask { _ = try await transaction.query("INSERT INTO item VALUES (\(number))") }
                        }
                        try await group.waitForAll()
                    }
                    throw CancellationError()
                }
            }
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM item") == 0)
        }
    }
}
