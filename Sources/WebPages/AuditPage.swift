package import HubModel
package import HubWire

/// The audit trail of a workspace, for its administrators.
package struct AuditPage: Sendable {
    private let shell: Shell
    private let entries: [AuditRow]
    private let isEmpty: Bool
    private let isFiltered: Bool
    private let actions: [Choice]
    private let kinds: [Choice]
    private let people: [Choice]
    private let from: String
    private let to: String
    private let query: String
    private let pager: Pager
    /// Whether entries are sealed.
    private let hasProofs: Bool

    /// - Parameters:
    ///   - people: of the tenant, by id and name.
    ///   - from: the first day, or its first moment where the person is.
    ///   - to: the last day, or its last moment.
    ///   - query: the filters as the API takes them, percent-encoded.
    package init(
        shell: Shell,
        entries: [AuditLogView],
        action: AuditAction?,
        entity: String?,
        user: String?,
        from: String?,
        to: String?,
        people: [(id: String, name: String)],
        query: String,
        pager: Pager,
        hasProofs: Bool = false
    ) {
        self.shell = shell
        self.entries = entries.map(AuditRow.init)
        isEmpty = entries.isEmpty
        isFiltered = action != nil || entity != nil || user != nil || from != nil || to != nil
        actions = AuditRow.followedActions.map {
            Choice(value: $0.rawValue, label: $0.label, isSelected: $0 == action)
        }
        kinds = ["user", "session", "project", "task", "tenant"].map { kind in
            Choice(value: kind, label: AuditRow.kind(kind), isSelected: kind == entity)
        }
        self.people = people.map { Choice(value: $0.id, label: $0.name, isSelected: $0.id == user) }
        self.from = from.map { String($0.prefix(10)) } ?? ""
        self.to = to.map { String($0.prefix(10)) } ?? ""
        self.query = query
        self.pager = pager
        self.hasProofs = hasProofs
    }

    package var markup: String { Templates.render(self, with: "audit") }
}
