/// What was applied to one database, to be judged against the schema this program knows.
package struct MigrationHistory: Sendable {
    /// The database's name, for messages.
    package let database: String
    /// In order of version.
    package let applied: [AppliedMigration]

    package init(database: String, applied: [AppliedMigration]) {
        self.database = database
        self.applied = applied.sorted { $0.version < $1.version }
    }

    /// The version the database is at; 0 before the first migration.
    package var version: Int { applied.last?.version ?? 0 }

    /// The migrations that are still to be applied, in order.
    ///
    /// - Throws: `.gap`, `.drift` or `.ahead` when the database was not made by this schema's migrations alone.
    package func pending(of schema: Schema) throws(MigrationError) -> ArraySlice<Migration> {
        for (index, migration) in applied.enumerated() {
            guard migration.version == index + 1 else {
                throw MigrationError(
                    .gap,
                    "\(subject(schema)) lacks migration \(index + 1) but has \(migration.version)"
                )
            }
            guard index < schema.migrations.count else {
                throw MigrationError(
                    .ahead,
                    "\(subject(schema)) is at version \(version) and this program knows only \(schema.version): "
                        + "run a newer program"
                )
            }
            let known = schema.migrations[index]
            guard migration.name == known.name, migration.checksum == known.checksum else {
                throw MigrationError(
                    .drift,
                    "\(subject(schema)) was given migration \(migration.version) \"\(migration.name)\" with another text "
                        + "than this program's \"\(known.name)\""
                )
            }
        }
        return schema.migrations[applied.count...]
    }

    /// - Throws: as ``pending(of:)``, and `.behind` when a migration is still to be applied.
    package func requireCurrent(_ schema: Schema) throws(MigrationError) {
        guard try pending(of: schema).isEmpty else {
            throw MigrationError(
                .behind,
                "\(subject(schema)) is at version \(version) and this program needs \(schema.version): run `hubctl migrate`"
            )
        }
    }

    // MARK: - Private

    private func subject(_ schema: Schema) -> String { "the \(schema.name) schema of database \(database)" }
}
