import Migrations

/// What was done to one database, or with a dry run would be.
struct DatabaseOutcome: Encodable, Sendable {
    struct Step: Encodable, Sendable {
        let version: Int
        let name: String

        init(_ migration: Migration) {
            version = migration.version
            name = migration.name
        }
    }

    let name: String
    let address: String
    let database: String
    let latestVersion: Int
    let walLevel: String
    var version = 0
    var willCreate = false
    var isCreated = false
    var applied: [Step] = []
    var pending: [Step] = []
    /// The roles that got a new password.
    var passwords: [String] = []

    init(_ target: DatabaseTarget, walLevel: String) {
        name = target.name
        address = target.address
        database = target.database
        latestVersion = target.schema.version
        self.walLevel = walLevel
    }

    /// Whether nothing had to be done.
    var isUnchanged: Bool { !isCreated && !willCreate && applied.isEmpty && pending.isEmpty && passwords.isEmpty }

    /// One line about what was done.
    var summary: String {
        if isUnchanged { return "nothing to do" }
        let parts: [String?] = [
            isCreated ? "created" : willCreate ? "would create" : nil,
            applied.isEmpty ? nil : "applied \(DatabaseOutcome.names(applied))",
            pending.isEmpty ? nil : "would apply \(DatabaseOutcome.names(pending))",
            passwords.isEmpty ? nil : "set the passwords of \(passwords.joined(separator: ", "))",
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    // MARK: - Private

    private static func names(_ steps: [Step]) -> String { steps.map(\.name).joined(separator: ", ") }
}
