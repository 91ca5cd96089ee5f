import Migrations
import Postgres
import Topology

/// What `hubctl migrate` does to one database: it is made, its schema brought up to date, its roles given their passwords.
struct DatabaseMigration: Sendable {
    let database: DatabaseAccess
    let isDryRun: Bool

    private var target: DatabaseTarget { database.target }

    /// Does the work, or with a dry run only looks what it would be.
    ///
    /// Each migration is a transaction of its own, so an interruption leaves a database that a second run completes.
    func run() async throws -> DatabaseOutcome {
        let exists = try await database.withConnection(database: "postgres") { connection in
            try await DatabaseServer(connection).hasDatabase(target.database)
        }
        if isDryRun && !exists {
            var outcome = DatabaseOutcome(target, walLevel: try await walLevel())
            outcome.willCreate = true
            outcome.pending = target.schema.migrations.map(DatabaseOutcome.Step.init)
            return outcome
        }
        let isCreated = exists ? false : try await create()
        return try await database.withPool { pool in
            var outcome = DatabaseOutcome(target, walLevel: try await walLevel())
            outcome.isCreated = isCreated
            let migrator = Migrator(schema: target.schema)
            if isDryRun {
                let history = try await migrator.history(pool)
                outcome.version = history.version
                outcome.pending = try history.pending(of: target.schema).map(DatabaseOutcome.Step.init)
            } else {
                outcome.applied = try await migrator.apply(pool).map(DatabaseOutcome.Step.init)
                outcome.version = target.schema.version
                outcome.passwords = try await setPasswords(pool)
            }
            return outcome
        }
    }

    // MARK: - Private

    private func create() async throws -> Bool {
        try await database.withConnection(database: "postgres") { connection in
            try await DatabaseServer(connection).createDatabase(target.database)
        }
    }

    private func walLevel() async throws -> String {
        try await database.withConnection(database: "postgres") { try await DatabaseServer($0).walLevel() }
    }

    /// - Returns: the roles whose password is a new one.
    private func setPasswords(_ pool: PostgresPool) async throws -> [String] {
        var changed: [String] = []
        for role in target.roles {
            let password = try database.secrets.secret(role.password).text
            let isChanged = try await pool.withConnection { connection in
                try await DatabaseServer(connection).setPassword(of: role.name, to: password)
            }
            guard let isChanged else {
                throw OperatorError(
                    .usage,
                    "the secret \(role.password.text) is not printable ASCII, which a role's password must be"
                )
            }
            if isChanged { changed.append(role.name) }
        }
        return changed
    }
}
