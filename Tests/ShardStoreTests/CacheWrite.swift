import Caching
import HubModel

@testable import ShardStore

/// A verb that writes, called so that it changes as much of what the cache holds as it can.
struct CacheWrite: Sendable {
    typealias Work = @Sendable (ShardTransaction<WriteAccess>, Neighbours.Household) async throws -> Void

    /// The type and the function, as in the sources.
    let name: String
    /// The items whose contents it changes, and so must note.
    let subjects: @Sendable (Neighbours.Household) -> Set<CacheSubject>
    /// What is done before.
    let preparation: Work
    let call: Work

    init(
        _ name: String,
        _ subjects: @escaping @Sendable (Neighbours.Household) -> Set<CacheSubject> = { _ in [] },
        preparation: @escaping Work = { _, _ in },
        _ call: @escaping Work
    ) {
        self.name = name
        self.subjects = subjects
        self.preparation = preparation
        self.call = call
    }
}

extension CacheWrite {
    /// Every writing verb of every repository.
    static let all = users + projects + tasks + tenant + sessions + others

    private static let newUser = UserID.fresh()

    private static let users = [
        CacheWrite("UserRepository.create", { _ in [.user(newUser), .settings] }) { transaction, _ in
            let email = EmailAddress("new@acme.com")!
            let new = NewUser(id: newUser, email: email, fullName: "New", passwordHash: "h", role: .user)
            _ = try await transaction.users.create(new)
        },
        CacheWrite("UserRepository.lock") { transaction, own in _ = try await transaction.users.lock(own.worker.id) },
        CacheWrite("UserRepository.update", { [.user($0.worker.id)] }) { transaction, own in
            _ = try await transaction.users.update(own.worker, fullName: nil, role: .tenantAdmin)
        },
        // The administrator has made a project.
        CacheWrite("UserRepository.update", { [.user($0.admin.id), .projects] }) { transaction, own in
            _ = try await transaction.users.update(own.admin, fullName: "Renamed", role: nil)
        },
        CacheWrite("UserRepository.update") { transaction, own in
            _ = try await transaction.users.update(own.worker, fullName: own.worker.fullName, role: nil)
        },
        CacheWrite("UserRepository.setPassword", { [.user($0.worker.id)] }) { transaction, own in
            try await transaction.users.setPassword(of: own.worker, hash: "another")
        },
        CacheWrite("UserRepository.delete", { [.user($0.worker.id), .projects, .settings] }) { transaction, own in
            _ = try await transaction.acting(as: own.worker.id, behind: nil).projects.create(NewProject(name: "Theirs"))
        } _: { transaction, own in
            try await transaction.users.delete(own.worker)
        },
    ]

    private static let projects = [
        CacheWrite("ProjectRepository.create", { _ in [.projects, .usage] }) { transaction, _ in
            _ = try await transaction.projects.create(NewProject(name: "New"))
        },
        CacheWrite("ProjectRepository.lock") { transaction, own in
            _ = try await transaction.projects.lock(own.project.id)
        },
        CacheWrite("ProjectRepository.update", { _ in [.projects] }) { transaction, own in
            _ = try await transaction.projects.update(own.project, ProjectChanges(description: .set("Changed")))
        },
        CacheWrite("ProjectRepository.update") { transaction, own in
            _ = try await transaction.projects.update(own.project, ProjectChanges(name: own.project.name))
        },
        CacheWrite("ProjectRepository.delete", { _ in [.projects, .usage] }) { transaction, own in
            try await transaction.projects.delete(own.project)
        },
    ]

    private static let tasks = [
        CacheWrite("TaskRepository.create", { _ in [.projects, .usage] }) { transaction, own in
            _ = try await transaction.tasks.create(NewTask(project: own.project.id, title: "New"))
        },
        CacheWrite("TaskRepository.lock") { transaction, own in _ = try await transaction.tasks.lock(own.task.id) },
        CacheWrite("TaskRepository.update", { _ in [.projects] }) { transaction, own in
            _ = try await transaction.tasks.update(own.task, TaskChanges(status: .completed))
        },
        // No list of projects shows any of these.
        CacheWrite("TaskRepository.update") { transaction, own in
            let due = Timestamp(microseconds: 0)
            let changes = TaskChanges(
                title: "Changed",
                description: .set("Changed"),
                priority: .high,
                assignedTo: .clear,
                dueDate: .set(due)
            )
            _ = try await transaction.tasks.update(own.task, changes)
        },
        CacheWrite("TaskRepository.delete", { _ in [.projects, .usage] }) { transaction, own in
            try await transaction.tasks.delete(own.task)
        },
    ]

    private static let tenant = [
        CacheWrite("TenantRepository.lock") { transaction, _ in _ = try await transaction.tenant.lock() },
        CacheWrite("TenantRepository.update", { _ in [.settings] }) { transaction, own in
            _ = try await transaction.tenant.update(own.settings, TenantChanges(maxUsers: 50))
        },
    ]

    private static let sessions = [
        CacheWrite("SessionRepository.create", { [.user($0.worker.id)] }) { transaction, own in
            _ = try await transaction.sessions.create(for: own.worker.id, lifetime: .seconds(60))
        },
        CacheWrite("SessionRepository.delete", { [.user($0.worker.id)] }) { transaction, own in
            try await transaction.sessions.delete(own.session)
        },
        CacheWrite("SessionRepository.delete") { transaction, _ in try await transaction.sessions.delete(.fresh()) },
        CacheWrite("SessionRepository.end", { [.user($0.worker.id)] }) { transaction, own in
            try await transaction.sessions.end(own.session, of: own.worker.id)
        },
        CacheWrite("SessionRepository.noteUse") { transaction, own in
            try await transaction.sessions.noteUse([own.session: Timestamp("2999-01-01T00:00:00Z")!])
        },
        CacheWrite("SessionRepository.deleteAll", { [.user($0.worker.id)] }) { transaction, own in
            try await transaction.sessions.deleteAll(of: own.worker.id)
        },
    ]

    private static let others = [
        CacheWrite("AuditTrail.append") { transaction, own in
            try await transaction.audit.append(AuditEntry(.updateProject, .project, own.project.id.uuid))
        },
        CacheWrite("IdempotencyKeys.claim") { transaction, own in
            _ = try await transaction.idempotencyKeys.claim("new", of: own.worker.id, fingerprint: [1])
        },
        CacheWrite("IdempotencyKeys.keep") { transaction, own in
            let answer = KeptAnswer(status: 201, location: nil, body: "Changed")
            try await transaction.idempotencyKeys.keep(answer, under: own.key, of: own.worker.id)
        },
        CacheWrite("EventLog.prune") { transaction, _ in _ = try await transaction.events.prune() },
        CacheWrite("ImpersonationRepository.create") { transaction, own in
            _ = try await transaction.impersonations.create(
                .fresh(),
                by: Neighbours.support,
                as: own.worker.id,
                reason: "A test",
                secretHash: Neighbours.secretHash,
                lifetime: .seconds(60)
            )
        },
        CacheWrite("ImpersonationRepository.redeem") { transaction, own in
            _ = try await transaction.impersonations.redeem(own.ticket, secretHash: Neighbours.secretHash)
        },
    ]
}
