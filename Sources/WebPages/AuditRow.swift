import HubModel
package import HubWire

/// An entry of an audit trail in words.
package struct AuditRow: Sendable {
    struct Change: Sendable {
        let field: String
        /// Nil where there was nothing.
        let before: String?
        let after: String?
    }

    let id: String
    let timestamp: String
    let who: String
    let label: String
    let tone: String
    /// What the entry is about, by name where there is one.
    let subject: String?
    let changes: [Change]
    let hasChanges: Bool
    let address: String?
    /// The super admin behind it, if one was.
    let behind: String?

    package init(_ entry: AuditLogView) {
        id = "\(entry.id)"
        timestamp = "\(entry.timestamp)"
        who = entry.user?.fullName ?? "Somebody who is gone, or nobody"
        label = AuditAction(rawValue: entry.action)?.label ?? entry.action
        tone =
            entry.action.hasPrefix("DELETE") || entry.action == AuditAction.loginFailed.rawValue
            ? "bad" : entry.action.hasPrefix("CREATE") ? "good" : ""
        address = entry.ipAddress
        var (before, after): ([String: JSONValue], [String: JSONValue]) = ([:], [:])
        var behind: String?
        if case .object(let members) = entry.changes {
            if case .object(let values) = members["before"] { before = values }
            if case .object(let values) = members["after"] { after = values }
            if case .object(let values) = members["impersonatedBy"] { behind = values["email"].map(AuditRow.text) }
        }
        self.behind = behind
        let named = ["title", "name", "fullName", "email"]
        subject =
            entry.entityType == "session"
            ? "in another session" : named.lazy.compactMap { after[$0] ?? before[$0] }.first.map(AuditRow.text)
        changes = Set(before.keys).union(after.keys).sorted().compactMap { field in
            let (old, new) = (before[field], after[field])
            guard old != new else { return nil }
            return Change(
                field: AuditRow.words(field),
                before: old.flatMap { $0 == .null ? nil : AuditRow.text($0) },
                after: new.flatMap { $0 == .null ? nil : AuditRow.text($0) }
            )
        }.filter { $0.before != nil || $0.after != nil }
        hasChanges = !changes.isEmpty
    }

    /// The actions a tenant's trail can have.
    static let followedActions: [AuditAction] = AuditAction.allCases.filter { $0 != .updateShard && $0 != .warmCache }

    static func kind(_ kind: String) -> String {
        switch kind {
        case "user": "People"
        case "project": "Projects"
        case "task": "Tasks"
        case "session": "Sessions"
        default: "The workspace"
        }
    }

    // MARK: - Private

    /// `assignedTo` as `assigned to`.
    private static func words(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "nothing"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value
        case .array(let values): values.map(text).joined(separator: ", ")
        case .object(let values):
            values.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ")
        }
    }
}
