import Directory
import FoundationEssentials
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird

/// `/api/audit-logs` of the apex host: the control plane's own trail, to super admins.
struct AuditController: Sendable {
    let gate: SchemaGate
    let directory: DirectoryStore
    let operators: Operators

    func add(to router: Router<WebContext>) {
        router.get("/api/audit-logs", use: list)
    }

    /// The part of the trail that a query asks for.
    func listing(_ query: QueryReader) async throws -> Page<DirectoryAuditLogView> {
        var query = query
        let filter = DirectoryAuditFilter(
            tenant: query.value("tenantId", TenantID.self, expected: "the id of a tenant"),
            user: query.value("userId", UserID.self, expected: "the id of a super admin"),
            action: query.choice("action", AuditAction.self),
            entity: query.choice("entityType", DirectoryEntity.self),
            from: query.value("from", Timestamp.self, expected: "an RFC 3339 time"),
            to: query.value("to", Timestamp.self, expected: "an RFC 3339 time")
        )
        let part = try query.page()
        let entries = try await directory.auditTrail(filter, ListWindow(part))
        return Page(entries, request: part, view: DirectoryAuditLogView.init)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        _ = try await operators.admin(of: request)
        return try await .page(listing(QueryReader(request)), of: request)
    }
}

extension DirectoryAuditLogView {
    fileprivate init(_ entry: DirectoryAuditRecord) {
        self.init(
            id: entry.id,
            timestamp: entry.timestamp,
            user: entry.user.flatMap { id in entry.userName.map { PersonView(id: id, fullName: $0) } },
            tenantId: entry.tenant,
            action: entry.action,
            entityType: entry.entity,
            entityId: entry.entityID.map { ObjectID($0) },
            changes: entry.changes.flatMap { try? WireJSON.decode(JSONValue.self, from: $0.utf8) },
            ipAddress: entry.clientAddress
        )
    }
}
