import HubModel

/// What every row of a load has in common.
struct DemoConstants {
    let epoch: Epoch
    let adminPasswordHash: String
    let userPasswordHash: String
}

extension DemoTable {
    /// Writes the tenant's rows of this table.
    ///
    /// - Parameter flush: called after each row; it may empty the buffer.
    func write(
        _ rows: DemoRows,
        _ constants: DemoConstants,
        to buffer: inout CopyRows,
        flush: (inout CopyRows) async throws -> Void
    ) async throws {
        switch self {
        case .tenants:
            buffer.append(tenant: rows)
            try await flush(&buffer)
        case .ownership:
            buffer.append(rows.tenant.id)
            buffer.append("\(constants.epoch)")
            buffer.append(OwnershipState.active.rawValue)
            buffer.endRow()
            try await flush(&buffer)
        case .users:
            for user in rows.users {
                buffer.append(user, of: rows, constants)
                try await flush(&buffer)
            }
        case .projects:
            for index in rows.tenant.projects.indices {
                buffer.append(rows.project(index), of: rows.tenant)
                try await flush(&buffer)
            }
        case .tasks:
            try await rows.forEachTask { project, task in
                buffer.append(task, of: project, rows.tenant)
                try await flush(&buffer)
            }
        case .auditLogs:
            try await writeAuditTrail(rows, to: &buffer, flush: flush)
        }
    }

    // MARK: - Private

    private func writeAuditTrail(
        _ rows: DemoRows,
        to buffer: inout CopyRows,
        flush: (inout CopyRows) async throws -> Void
    ) async throws {
        var generator = SplitMix64(seed: rows.tenant.seed, 4)
        func entry(
            _ action: AuditAction,
            _ entity: ShardEntity,
            _ id: Identifier<some Any>,
            by user: UserID?,
            _ changes: String,
            at moment: Timestamp,
            to buffer: inout CopyRows
        ) {
            buffer.append(rows.tenant.id)
            buffer.append(AuditLogID.make(at: moment, using: &generator))
            buffer.append(user)
            buffer.append(action.rawValue)
            buffer.append(entity.rawValue)
            buffer.append(id)
            buffer.append(changes)
            buffer.append(moment)
            buffer.endRow()
        }
        // The vocabulary has nothing that JSON would escape; a tenant's name may be anything.
        func made(_ field: String, _ value: String) -> String { "{\"after\":{\"\(field)\":\"\(value)\"}}" }
        let tenant = rows.tenant
        let named = AuditChanges.created(["name": tenant.name]).json
        entry(.createTenant, .tenant, tenant.id, by: nil, named, at: rows.createdAt, to: &buffer)
        for user in rows.users {
            let creator = user.isAdmin ? nil : rows.users[0].id
            let changes = made("email", user.email)
            entry(.createUser, .user, user.id, by: creator, changes, at: rows.createdAt, to: &buffer)
            try await flush(&buffer)
        }
        for index in tenant.projects.indices {
            let project = rows.project(index)
            let changes = made("name", project.name)
            entry(
                .createProject,
                .project,
                project.id,
                by: project.creator,
                changes,
                at: project.createdAt,
                to: &buffer
            )
            try await flush(&buffer)
        }
        try await rows.forEachTask { _, task in
            let changes = made("title", task.title)
            entry(.createTask, .task, task.id, by: task.creator, changes, at: task.createdAt, to: &buffer)
            try await flush(&buffer)
        }
    }
}

extension DemoRows {
    fileprivate func forEachTask(_ body: (Project, Task) async throws -> Void) async throws {
        for (index, tasks) in tenant.projects.enumerated() {
            let project = project(index)
            for number in 0..<tasks { try await body(project, task(number, of: index, project)) }
        }
    }
}

extension CopyRows {
    fileprivate mutating func append(tenant rows: DemoRows) {
        append(rows.tenant.id)
        append(rows.tenant.subdomain.rawValue)
        append(rows.tenant.name)
        // Room to try things out, whatever the tenant has already.
        append("\(rows.users.count + 5)")
        append("\(rows.tenant.projects.count + 10)")
        append(rows.createdAt)
        append(rows.createdAt)
        endRow()
    }

    fileprivate mutating func append(_ user: DemoRows.User, of rows: DemoRows, _ constants: DemoConstants) {
        append(rows.tenant.id)
        append(user.id)
        append(user.email)
        append(user.fullName)
        append(user.isAdmin ? constants.adminPasswordHash : constants.userPasswordHash)
        append((user.isAdmin ? UserRole.tenantAdmin : .user).rawValue)
        append(rows.createdAt)
        append(rows.createdAt)
        endRow()
    }

    fileprivate mutating func append(_ project: DemoRows.Project, of tenant: DemoTenant) {
        append(tenant.id)
        append(project.id)
        append(project.name)
        append(project.status.rawValue)
        append(project.creator)
        append(project.createdAt)
        append(project.createdAt)
        endRow()
    }

    fileprivate mutating func append(_ task: DemoRows.Task, of project: DemoRows.Project, _ tenant: DemoTenant) {
        append(tenant.id)
        append(task.id)
        append(project.id)
        append(task.title)
        append(task.status.rawValue)
        append(task.priority.rawValue)
        append(task.assignee)
        append(task.dueDate)
        append(task.createdAt)
        append(task.createdAt)
        endRow()
    }
}
