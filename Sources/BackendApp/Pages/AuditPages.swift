import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import WebPages

/// The audit trail of a workspace.
struct AuditPages: Sendable {
    let desk: PageDesk
    let reader: AuditReader

    private static let pageLength = 50

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/audit", use: list)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.visit(request, context) {
            var query = PageVisit.query(of: request)
            let (from, to) = (query.text("from"), query.text("to"))
            let entity = query.choice("entityType", ShardEntity.self)
            let days = query.days()
            let filter = AuditFilter(
                user: query.value("userId", UserID.self, expected: "the id of a user"),
                action: query.choice("action", AuditAction.self),
                entity: entity,
                from: days.from,
                to: days.until
            )
            let part = PageRequest(limit: AuditPages.pageLength, offset: try query.page().offset)
            let (visit, (found, people)) = try await desk.read(request, context) { transaction in
                try await ConcurrentReads.both(
                    { try await transaction.audit.list(filter, ListWindow(part)) },
                    { try await transaction.users.choices() }
                )
            }
            try visit.person.requireAdministrator()
            let entries = try await reader.complete(found, filter, ListWindow(part), for: request, in: context)
            let page = AuditPage(
                shell: visit.shell("Audit log", at: .audit),
                entries: entries.items.map(AuditLogView.init),
                action: filter.action,
                entity: entity?.rawValue,
                user: filter.user?.description,
                from: from,
                to: to,
                people: people,
                query: QueryReader.others(than: ["offset"], in: request),
                pager: Pager(entries, part, path: "/audit", of: request),
                hasProofs: reader.history != nil
            )
            return .html(page.markup)
        }
    }
}
