import AuditStore
import Directory
import FoundationEssentials
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/audit-logs`: a tenant's audit trail, to its administrators; page by page, or all of it as CSV or NDJSON.
struct AuditController: Sendable {
    let workspace: Workspace
    let reader: AuditReader
    let directory: DirectoryStore

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/audit-logs", use: list)
        routes.get("/api/audit-logs/{entry}/proof", use: proof)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        var query = QueryReader(request)
        let filter = AuditFilter(
            user: query.value("userId", UserID.self, expected: "the id of a user"),
            action: query.choice("action", AuditAction.self),
            entity: query.choice("entityType", ShardEntity.self),
            entityID: query.value("entityId", ObjectID.self, expected: "the id of an object")?.uuid,
            from: query.value("from", Timestamp.self, expected: "an RFC 3339 time"),
            to: query.value("to", Timestamp.self, expected: "an RFC 3339 time")
        )
        let part = try query.page()
        if let format = AuditExport.Format(accept: request.headers[.accept]) {
            return try await export(filter, format, request, context)
        }
        let (found, person) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.audit.list(filter, ListWindow(part))
        }
        try person.requireAdministrator()
        let entries = try await reader.complete(found, filter, ListWindow(part), for: request, in: context)
        return try .page(Page(entries, request: part, view: AuditLogView.init), of: request)
    }

    @Sendable
    private func proof(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (_, person) = try await workspace.read(for: request, in: context) { try await $0.audit.begins() }
        try person.requireAdministrator()
        guard let id = context.parameters.get("entry").flatMap(AuditLogID.init) else {
            throw Problem.notFound("There is no such entry here.")
        }
        guard let history = reader.history else {
            throw WebFailure(.notFound("This region has no audit store, so nothing is sealed."))
        }
        let tenant = context.routed.tenant
        let proof = try await history.proof(
            of: id,
            in: tenant,
            witnesses: try await directory.auditWitnesses(of: tenant)
        )
        return try .json(
            AuditProofView(proof),
            fields: [.contentDisposition: "attachment; filename=\"audit-\(id).json\""]
        )
    }

    /// The export is in the trail before its first line is sent.
    private func export(
        _ filter: AuditFilter,
        _ format: AuditExport.Format,
        _ request: Request,
        _ context: TenantWebContext
    ) async throws -> Response {
        let start = try await workspace.write(for: request, in: context) { transaction, person in
            try person.requireAdministrator()
            let newest = try await transaction.audit.next(filter, after: nil, limit: 1).first
            try await transaction.audit.append(
                AuditEntry(
                    .exportAudit,
                    .tenant,
                    context.routed.tenant.uuid,
                    changes: .created(["format": format.rawValue])
                )
            )
            return newest
        }
        let export = AuditExport(reader: reader, filter: filter, format: format, newest: start)
        return Response(
            status: .ok,
            headers: [
                .contentType: format.mediaType,
                .contentDisposition: "attachment; filename=\"audit-logs.\(format.rawValue)\"",
            ],
            body: export.body(for: request, in: context)
        )
    }
}
