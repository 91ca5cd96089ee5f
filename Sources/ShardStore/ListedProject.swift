import Postgres

/// A project as lists and searches of them need it.
package struct ListedProject: Hashable, Sendable {
    package let project: ProjectRecord
    /// The name in lower case as the database's collation has it, by which it is searched.
    package let lowercasedName: String

    package init(project: ProjectRecord, lowercasedName: String) {
        self.project = project
        self.lowercasedName = lowercasedName
    }
}

extension ListedProject {
    init(_ row: PostgresRow) throws(PostgresError) {
        project = try ProjectRecord(row)
        lowercasedName = try row.decode(String.self, at: 10)
    }

    /// Completes the projects of `source`, a query of whole rows of `projects`; newest first.
    static func query(_ source: PostgresQuery) -> PostgresQuery {
        ProjectRecord.query(source, and: ", lower(p.name)")
    }
}
