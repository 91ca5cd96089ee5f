import HubModel

@testable import ShardStore

/// A verb of the store, called in the name of one tenant with everything it can be given of another.
struct QueryVerb: Sendable {
    enum Outcome: Hashable, Sendable {
        case answer(String)
        case refusal(ShardError.Code)
    }

    /// The type and the function, as in the sources.
    let name: String
    /// What the tenant must hear.
    let expected: Outcome
    /// Whether its own rows may change.
    let leavesTrace: Bool
    let call:
        @Sendable (ShardTransaction<WriteAccess>, Neighbours.Household, Neighbours.Household) async throws -> String

    /// - Parameter call: gets the tenant's own things and those of the other.
    init(
        _ name: String,
        _ expected: Outcome,
        leavesTrace: Bool = false,
        _ call:
            @escaping @Sendable (
                ShardTransaction<WriteAccess>, _ own: Neighbours.Household, _ other: Neighbours.Household
            ) async throws -> String
    ) {
        self.name = name
        self.expected = expected
        self.leavesTrace = leavesTrace
        self.call = call
    }
}

extension QueryVerb {
    /// Every verb of every repository.
    static let all = users + projects + tasks + tenant + sessions + audit + keys + events + impersonations + items

    private static let window = ListWindow(limit: 100)

    private static let users = [
        QueryVerb("UserRepository.list", .answer("2 of 2")) { transaction, _, _ in
            told(try await transaction.users.list(UserFilter(), window))
        },
        QueryVerb("UserRepository.list", .answer("0 of 0")) { transaction, _, _ in
            told(try await transaction.users.list(UserFilter(search: "globex"), window))
        },
        QueryVerb("UserRepository.find", .answer("nil")) { transaction, _, other in
            "\(try await transaction.users.find(email: other.worker.email) as Any)"
        },
        QueryVerb("UserRepository.names", .answer("0")) { transaction, _, other in
            "\(try await transaction.users.names(of: [other.admin.id, other.worker.id]).count)"
        },
        QueryVerb("UserRepository.get", .refusal(.notFound(.user))) { transaction, _, other in
            "\(try await transaction.users.get(other.worker.id))"
        },
        // The third of three, with the other tenant's address: neither count nor uniqueness may reach beyond the tenant.
        QueryVerb("UserRepository.create", .answer("Worker of globex"), leavesTrace: true) { transaction, _, other in
            try await transaction.users.create(
                NewUser(email: other.worker.email, fullName: other.worker.fullName, passwordHash: "h", role: .user)
            ).fullName
        },
        QueryVerb("UserRepository.lock", .refusal(.notFound(.user))) { transaction, _, other in
            "\(try await transaction.users.lock(other.worker.id))"
        },
        QueryVerb("UserRepository.lock", .refusal(.notFound(.user))) { transaction, _, other in
            "\(try await transaction.users.lock(other.worker.id, keepingAdministrators: true))"
        },
        QueryVerb("UserRepository.update", .refusal(.notFound(.user))) { transaction, _, other in
            "\(try await transaction.users.update(other.worker, fullName: "Taken", role: .tenantAdmin))"
        },
        // The other tenant's administrator does not count.
        QueryVerb("UserRepository.update", .refusal(.lastAdministrator)) { transaction, own, _ in
            "\(try await transaction.users.update(own.admin, fullName: nil, role: .user))"
        },
        QueryVerb("UserRepository.setPassword", .answer("done")) { transaction, _, other in
            try await transaction.users.setPassword(of: other.worker, hash: "taken")
            return "done"
        },
        QueryVerb("UserRepository.delete", .answer("done")) { transaction, _, other in
            try await transaction.users.delete(other.worker)
            return "done"
        },
        QueryVerb("UserRepository.delete", .refusal(.lastAdministrator)) { transaction, own, _ in
            try await transaction.users.delete(own.admin)
            return "done"
        },
    ]

    private static let projects = [
        QueryVerb("ProjectRepository.list", .answer("1 of 1")) { transaction, _, _ in
            told(try await transaction.projects.list(ProjectFilter(), window))
        },
        QueryVerb("ProjectRepository.list", .answer("0 of 0")) { transaction, _, other in
            told(try await transaction.projects.list(ProjectFilter(createdBy: other.admin.id), window))
        },
        QueryVerb("ProjectRepository.get", .refusal(.notFound(.project))) { transaction, _, other in
            "\(try await transaction.projects.get(other.project.id))"
        },
        QueryVerb("ProjectRepository.names", .answer("[\"Project of acme\"]")) { transaction, own, other in
            "\(try await transaction.projects.names(of: [own.project.id, other.project.id]).values.sorted())"
        },
        // The second of two.
        QueryVerb("ProjectRepository.create", .answer("New"), leavesTrace: true) { transaction, _, _ in
            try await transaction.projects.create(NewProject(name: "New")).name
        },
        QueryVerb("ProjectRepository.lock", .refusal(.notFound(.project))) { transaction, _, other in
            "\(try await transaction.projects.lock(other.project.id))"
        },
        QueryVerb("ProjectRepository.update", .refusal(.notFound(.project))) { transaction, _, other in
            "\(try await transaction.projects.update(other.project, ProjectChanges(name: "Taken")))"
        },
        QueryVerb("ProjectRepository.delete", .answer("done")) { transaction, _, other in
            try await transaction.projects.delete(other.project)
            return "done"
        },
    ]

    private static let tasks = [
        QueryVerb("TaskRepository.list", .answer("1 of 1")) { transaction, _, _ in
            told(try await transaction.tasks.list(TaskFilter(), window))
        },
        QueryVerb("TaskRepository.list", .answer("0 of 0")) { transaction, _, other in
            told(try await transaction.tasks.list(TaskFilter(project: other.project.id), window))
        },
        QueryVerb("TaskRepository.list", .answer("0 of 0")) { transaction, _, other in
            told(
                try await transaction.tasks.list(
                    TaskFilter(assignee: .user(other.worker.id)),
                    order: .earliestDueFirst,
                    window
                )
            )
        },
        QueryVerb("TaskRepository.get", .refusal(.notFound(.task))) { transaction, _, other in
            "\(try await transaction.tasks.get(other.task.id))"
        },
        QueryVerb("TaskRepository.create", .refusal(.notFound(.project))) { transaction, _, other in
            "\(try await transaction.tasks.create(NewTask(project: other.project.id, title: "Taken")))"
        },
        QueryVerb("TaskRepository.create", .refusal(.invalidReference(field: "assignedTo"))) {
            transaction,
            own,
            other in
            let new = NewTask(project: own.project.id, title: "New", assignedTo: other.worker.id)
            return "\(try await transaction.tasks.create(new))"
        },
        QueryVerb("TaskRepository.lock", .refusal(.notFound(.task))) { transaction, _, other in
            "\(try await transaction.tasks.lock(other.task.id))"
        },
        QueryVerb("TaskRepository.update", .refusal(.invalidReference(field: "assignedTo"))) { transaction, _, other in
            "\(try await transaction.tasks.update(other.task, TaskChanges(title: "Taken")))"
        },
        QueryVerb("TaskRepository.update", .refusal(.invalidReference(field: "assignedTo"))) {
            transaction,
            own,
            other in
            "\(try await transaction.tasks.update(own.task, TaskChanges(assignedTo: .set(other.worker.id))))"
        },
        QueryVerb("TaskRepository.delete", .answer("done")) { transaction, _, other in
            try await transaction.tasks.delete(other.task)
            return "done"
        },
    ]

    private static let tenant = [
        QueryVerb("TenantRepository.settings", .answer("acme: 2, 1, 1")) { transaction, _, _ in
            told(try await transaction.tenant.settings())
        },
        QueryVerb("TenantRepository.lock", .answer("acme: 2, 1, 1")) { transaction, _, _ in
            told(try await transaction.tenant.lock())
        },
        QueryVerb("TenantRepository.update", .refusal(.notFound(.tenant))) { transaction, _, other in
            told(try await transaction.tenant.update(other.settings, TenantChanges(name: "Taken")))
        },
    ]

    private static let sessions = [
        QueryVerb("SessionRepository.user", .answer("nil")) { transaction, _, other in
            "\(try await transaction.sessions.user(of: other.session) as Any)"
        },
        QueryVerb("SessionRepository.create", .refusal(.notFound(.user))) { transaction, _, other in
            "\(try await transaction.sessions.create(for: other.worker.id, lifetime: .seconds(60)))"
        },
        QueryVerb("SessionRepository.delete", .answer("false")) { transaction, _, other in
            "\(try await transaction.sessions.delete(other.session))"
        },
        QueryVerb("SessionRepository.list", .answer("0 of 0")) { transaction, _, other in
            told(try await transaction.sessions.list(of: other.worker.id, window))
        },
        QueryVerb("SessionRepository.end", .refusal(.notFound(.session))) { transaction, _, other in
            try await transaction.sessions.end(other.session, of: other.worker.id)
            return "ended"
        },
        QueryVerb("SessionRepository.noteUse", .answer("done")) { transaction, _, other in
            try await transaction.sessions.noteUse([other.session: Timestamp("2999-01-01T00:00:00Z")!])
            return "done"
        },
        QueryVerb("SessionRepository.deleteAll", .answer("0")) { transaction, _, other in
            "\(try await transaction.sessions.deleteAll(of: other.worker.id))"
        },
    ]

    private static let audit = [
        // The tenant, two users, a project, a task and a super admin's ticket.
        QueryVerb("AuditTrail.list", .answer("6 of 6")) { transaction, _, _ in
            told(try await transaction.audit.list(AuditFilter(), window).entries)
        },
        QueryVerb("AuditTrail.list", .answer("0 of 0")) { transaction, _, other in
            told(try await transaction.audit.list(AuditFilter(user: other.admin.id), window).entries)
        },
        QueryVerb("AuditTrail.list", .answer("0 of 0")) { transaction, _, other in
            told(try await transaction.audit.list(AuditFilter(entityID: other.project.id.uuid), window).entries)
        },
        QueryVerb("AuditTrail.begins", .answer("2001-01-01T00:00:00Z")) { transaction, _, _ in
            "\(try await transaction.audit.begins().map { "\($0)" } ?? "nil")"
        },
        QueryVerb("AuditTrail.next", .answer("6")) { transaction, _, _ in
            "\(try await transaction.audit.next(AuditFilter(), after: nil, limit: 100).count)"
        },
        QueryVerb("AuditTrail.append", .answer("done"), leavesTrace: true) { transaction, _, other in
            try await transaction.audit.append(AuditEntry(.updateProject, .project, other.project.id.uuid))
            return "done"
        },
    ]

    private static let keys = [
        // It forgets old keys of its own tenant only, and its own key of the same name is another key.
        QueryVerb("IdempotencyKeys.claim", .answer("new"), leavesTrace: true) { transaction, own, other in
            "\(try await transaction.idempotencyKeys.claim(other.key, of: own.worker.id, fingerprint: [1]))"
        },
        QueryVerb("IdempotencyKeys.claim", .answer("new"), leavesTrace: true) { transaction, _, other in
            "\(try await transaction.idempotencyKeys.claim(other.key, of: other.worker.id, fingerprint: [1]))"
        },
        QueryVerb("IdempotencyKeys.keep", .answer("done")) { transaction, _, other in
            let answer = KeptAnswer(status: 201, location: nil, body: "Taken")
            try await transaction.idempotencyKeys.keep(answer, under: other.key, of: other.worker.id)
            return "done"
        },
    ]

    private static let events = [
        // The ticket is none that people follow.
        QueryVerb("EventLog.next", .answer("5")) { transaction, own, _ in
            let start = EventPosition(epoch: .first, transaction: 0, id: .fresh())
            return "\(try await transaction.events.next(after: start, limit: 100).events.count)"
        },
        QueryVerb("EventLog.prune", .answer("0"), leavesTrace: true) { transaction, _, _ in
            "\(try await transaction.events.prune())"
        },
    ]

    private static let impersonations = [
        QueryVerb("ImpersonationRepository.create", .refusal(.notFound(.user))) { transaction, _, other in
            "\(try await ticket(as: other.worker.id, in: transaction))"
        },
        QueryVerb("ImpersonationRepository.create", .answer("Ada Admin"), leavesTrace: true) { transaction, _, _ in
            try await ticket(as: nil, in: transaction)
        },
        QueryVerb("ImpersonationRepository.redeem", .answer("nil")) { transaction, _, other in
            "\(try await transaction.impersonations.redeem(other.ticket, secretHash: Neighbours.secretHash) as Any)"
        },
    ]

    private static let items = [
        QueryVerb("CacheItems.requireOwnership", .answer("served")) { transaction, _, _ in
            try await CacheItems(shard: transaction).requireOwnership()
            return "served"
        },
        QueryVerb("CacheItems.authorisation", .answer("nil")) { transaction, _, other in
            "\(try await CacheItems(shard: transaction).authorisation(of: other.worker.id) as Any)"
        },
        QueryVerb("CacheItems.projects", .answer("1")) { transaction, _, _ in
            "\(try await CacheItems(shard: transaction).projects()?.count ?? 0)"
        },
        QueryVerb("CacheItems.settings", .answer("acme: 2")) { transaction, _, _ in
            let settings = try await CacheItems(shard: transaction).settings()
            return "\(settings.name): \(settings.users)"
        },
        QueryVerb("CacheItems.usage", .answer("1, 1")) { transaction, _, _ in
            let usage = try await CacheItems(shard: transaction).usage()
            return "\(usage.projects), \(usage.tasks)"
        },
        QueryVerb("CacheItems.position", .answer("1")) { transaction, _, _ in
            "\(try await CacheItems(shard: transaction).position().timeline)"
        },
        QueryVerb("CacheItems.ended", .answer("[]")) { transaction, _, _ in
            "\(try await CacheItems(shard: transaction).ended([]))"
        },
    ]

    private static func ticket(
        as user: UserID?,
        in transaction: ShardTransaction<WriteAccess>
    ) async throws -> String {
        try await transaction.impersonations.create(
            .fresh(),
            by: Neighbours.support,
            as: user,
            reason: "A test",
            secretHash: Neighbours.secretHash,
            lifetime: .seconds(60)
        ).user.fullName
    }

    private static func told<Item>(_ listing: Listing<Item>) -> String { "\(listing.items.count) of \(listing.total)" }

    private static func told(_ settings: TenantSettings) -> String {
        let usage = settings.usage
        return "\(settings.name): \(usage.users), \(usage.projects), \(usage.tasks)"
    }
}
