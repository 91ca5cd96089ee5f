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

    private static let pageLength = 50

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/audit", use: list)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.visit(request, context) { visit in
            try visit.person.requireAdministrator()
            var query = visit.query()
            let (from, to) = (query.text("from"), query.text("to"))
            let entity = query.choice("entityType", ShardEntity.self)
            let filter = AuditFilter(
                user: query.value("userId", UserID.self, expected: "the id of a user"),
                action: query.choice("action", AuditAction.self),
                entity: entity,
                // Days where the person is come with their offset; a day alone is one in UTC.
                from: from.flatMap { Timestamp($0) ?? Timestamp("\($0)T00:00:00Z") },
                to: to.flatMap { Timestamp($0) ?? Timestamp("\($0)T00:00:00Z").map { $0 + .seconds(86_400) } }
            )
            let part = PageRequest(limit: AuditPages.pageLength, offset: try query.page().offset)
            let (entries, people) = try await desk.workspace.read(for: request, in: context) { transaction in
                try await ConcurrentReads.both(
                    { try await transaction.audit.list(filter, ListWindow(part)) },
                    { try await transaction.users.choices() }
                )
            }.answer
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
                pager: Pager(entries, part, path: "/audit", of: request)
            )
            return .html(page.markup)
        }
    }
}
