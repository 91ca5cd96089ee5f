/// The history of one kind of database: its migrations in the order they are applied.
package struct Schema: Sendable {
    /// What messages call it: `directory` or `shard`.
    package let name: String
    package let migrations: [Migration]

    /// - Precondition: the versions are 1, 2, 3 … in this order.
    package init(name: String, migrations: [Migration]) {
        precondition(
            migrations.map(\.version) == Array(1..<(migrations.count + 1)),
            "the migrations of schema \(name) are not numbered 1, 2, 3 …"
        )
        self.name = name
        self.migrations = migrations
    }

    /// The version of a database to which all migrations were applied.
    package var version: Int { migrations.count }
}
