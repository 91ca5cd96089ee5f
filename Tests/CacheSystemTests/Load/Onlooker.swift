import HubModel

/// A client that only reads, as this person and as that.
struct Onlooker: Client {
    private enum Look: CaseIterable {
        case everything, page, filter, search, me, tenant, auditLog, session
    }

    private var visitor: Visitor

    init(_ visitor: Visitor) {
        self.visitor = visitor
    }

    mutating func step() async throws {
        let tenant = visitor.tenant
        let member = tenant.members.randomElement(using: &visitor.random)!
        let token = ([tenant.administratorToken] + tenant.members.map(\.token)).randomElement(using: &visitor.random)!
        switch Look.allCases.randomElement(using: &visitor.random)! {
        case .everything:
            try await visitor.readProjects(ProjectQuery(), token: token)
        case .page:
            let offset = Int.random(in: 0...4, using: &visitor.random)
            try await visitor.readProjects(ProjectQuery(limit: 3, offset: offset), token: token)
        case .filter:
            let status = WorkStatus.allCases.randomElement(using: &visitor.random)
            let creator = ProjectQuery.Creator(item: member.item, id: member.id)
            let isNarrow = Bool.random(using: &visitor.random)
            try await visitor.readProjects(
                ProjectQuery(status: status, creator: isNarrow ? creator : nil),
                token: token
            )
        case .search:
            // Beyond ASCII the cache does not know what PostgreSQL would find.
            let word = ["odd", "even", "№", "№"].randomElement(using: &visitor.random)!
            try await visitor.readProjects(ProjectQuery(search: word), token: token)
        case .me: try await visitor.readMe(token: token)
        case .tenant: try await visitor.readTenant(token: token)
        case .auditLog: await visitor.readAuditLog(as: member)
        case .session:
            guard let session = tenant.sessions.randomElement(using: &visitor.random) else { return }
            try await visitor.readMe(token: session.token, session: session.item)
        }
    }
}
