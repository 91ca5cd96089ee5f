package import Migrations

/// The schema of the directory's database: one migration a file, in the order below.
package enum DirectorySchema {
    package static let schema = Schema(
        name: "directory",
        migrations: [
            roles, placement, versioning, operators, access, changes, tenantNames, loginFailures, moves, moveHolds,
            shardTimelines, auditChains,
        ]
    )
}
