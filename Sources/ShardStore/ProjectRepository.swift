import Caching
import HubColumns
package import HubModel
import Postgres

/// The tenant's projects.
package struct ProjectRepository<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// The newest projects first.
    package func list(_ filter: ProjectFilter, _ window: ListWindow) async throws(ShardError) -> Listing<ProjectRecord>
    {
        let condition = filter.condition(in: tenant)
        let answers = try await shard.pipeline([
            ProjectRecord.query(
                """
                SELECT * FROM projects WHERE \(fragment: condition)
                ORDER BY createdAt DESC, id DESC LIMIT \(window.limit) OFFSET \(window.offset)
                """
            ),
            "SELECT count(*) FROM projects WHERE \(fragment: condition)",
        ])
        return Listing(items: try answers[0].map(ProjectRecord.init), total: try answers[1].value())
    }

    /// - Throws: `.notFound(.project)`.
    package func get(_ id: ProjectID) async throws(ShardError) -> ProjectRecord {
        let projects = try await shard.query(
            ProjectRecord.query("SELECT * FROM projects WHERE tenantId = \(tenant) AND id = \(id)")
        ).map(ProjectRecord.init)
        guard let project = projects.first else { throw ShardError(.notFound(.project), "the project does not exist") }
        return project
    }

    /// What the projects are called; those that do not exist are left out.
    package func names(of projects: Set<ProjectID>) async throws(ShardError) -> [ProjectID: String] {
        let names = try await shard.query(
            "SELECT id, name FROM projects WHERE tenantId = \(tenant) AND id = ANY(\(Array(projects)))"
        ).map { row throws(PostgresError) in try row.decode((ProjectID.self, String.self)) }
        return Dictionary(names) { first, _ in first }
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension ProjectRepository where Access == WriteAccess {
    /// Creates the project and its audit entry, unless the tenant has all the projects it may have. The context's actor
    /// becomes its creator.
    ///
    /// The tenant's row is locked before its projects are counted, so creations in parallel count one after the other.
    ///
    /// - Throws: `.limitReached(.project, …)`.
    package func create(_ new: NewProject) async throws(ShardError) -> ProjectRecord {
        try shard.note(.projectCount)
        let id = ProjectID.fresh()
        let entry = AuditEntry(.createProject, .project, id.uuid, changes: .created(new))
        let answers = try await shard.pipeline([
            .lockingLimit("maxProjects", of: tenant),
            // A deletion may come in between, but no creation: when the limit refuses, it was reached here too.
            "SELECT count(*) FROM projects WHERE tenantId = \(tenant)",
            """
            WITH created AS (
              INSERT INTO projects (id, tenantId, name, description, status, createdBy)
              SELECT \(id), \(tenant), \(new.name), \(new.description), \(new.status), \(shard.context.actor)
              WHERE (SELECT count(*) FROM projects WHERE tenantId = \(tenant))
                  < (SELECT maxProjects FROM tenants WHERE id = \(tenant))
              RETURNING *
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "created"))
            \(fragment: ProjectRecord.query("SELECT * FROM created"))
            """,
        ])
        guard let project = try answers[2].map(ProjectRecord.init).first else {
            throw try .limitReached(.project, limit: answers[0], used: answers[1])
        }
        return project
    }
}

extension ProjectRepository where Access == WriteAccess {
    /// The project, which nobody else changes until the transaction ends.
    ///
    /// - Throws: `.notFound(.project)`.
    package func lock(_ id: ProjectID) async throws(ShardError) -> ProjectRecord {
        // The row is read by a younger snapshot than the lock's, so with what its last holder has committed.
        let answers = try await shard.pipeline([
            "SELECT FROM projects WHERE tenantId = \(tenant) AND id = \(id) FOR NO KEY UPDATE",
            ProjectRecord.query("SELECT * FROM projects WHERE tenantId = \(tenant) AND id = \(id)"),
        ])
        guard let project = try answers[1].map(ProjectRecord.init).first else {
            throw ShardError(.notFound(.project), "the project does not exist")
        }
        return project
    }

    /// Changes a locked project, with its audit entry; without a difference nothing is written.
    package func update(_ project: ProjectRecord, _ changes: ProjectChanges) async throws(ShardError) -> ProjectRecord {
        let (before, after) = (NewProject(project), changes.applied(to: project))
        guard after != before else { return project }
        try shard.note(.project)
        let entry = AuditEntry(.updateProject, .project, project.id.uuid, changes: .updated(from: before, to: after))
        let updated = try await shard.query(
            """
            WITH updated AS (
              UPDATE projects SET name = \(after.name), description = \(after.description),
                     status = \(after.status), updatedAt = clock_timestamp()
              WHERE tenantId = \(tenant) AND id = \(project.id)
              RETURNING *
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "updated"))
            \(fragment: ProjectRecord.query("SELECT * FROM updated"))
            """
        ).map(ProjectRecord.init)
        guard let project = updated.first else { throw ShardError(.notFound(.project), "the project does not exist") }
        return project
    }

    /// Removes a locked project and its tasks, with the audit entry.
    package func delete(_ project: ProjectRecord) async throws(ShardError) {
        try shard.note(.projectCount)
        let entry = AuditEntry(.deleteProject, .project, project.id.uuid, changes: .deleted(NewProject(project)))
        try await shard.query(
            """
            WITH deleted AS (
              DELETE FROM projects WHERE tenantId = \(tenant) AND id = \(project.id) RETURNING id
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "deleted"))
            SELECT FROM deleted
            """
        )
    }
}
