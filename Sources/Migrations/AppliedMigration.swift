/// A row of `schema_migrations`: what a database remembers of a migration.
package struct AppliedMigration: Equatable, Sendable {
    package let version: Int
    package let name: String
    package let checksum: String

    package init(version: Int, name: String, checksum: String) {
        self.version = version
        self.name = name
        self.checksum = checksum
    }
}
