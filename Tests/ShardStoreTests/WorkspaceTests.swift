import FoundationEssentials
import HubModel
import Postgres
import ShardStore
import Testing

@Suite("Users, sessions, projects and tasks of a tenant", .serialized)
struct WorkspaceTests {
    @Test("A project is created by the actor, counted, filtered and found again")
    func projects() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant(maxProjects: 10)
            let store = shard.store
            let created = try await store.withWrite(tenant.context) { transaction in
                let first = try await transaction.projects.create(NewProject(name: "Website", description: "all of it"))
                let second = try await transaction.projects.create(NewProject(name: "App 100%", status: .inProgress))
                _ = try await transaction.tasks.create(NewTask(project: first.id, title: "a", status: .completed))
                _ = try await transaction.tasks.create(NewTask(project: first.id, title: "b"))
                return [first, second]
            }
            #expect(created[0].createdBy?.fullName == "Ada Admin")
            try await store.withRead(tenant.context) { transaction in
                let all = try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 10))
                #expect(all.total == 2)
                #expect(all.items.map(\.id) == [created[1].id, created[0].id])
                #expect((all.items[1].taskCount, all.items[1].completedTaskCount) == (2, 1))
                #expect(all.items[1].description == "all of it")
                let second = try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 1, offset: 1))
                #expect((second.total, second.items.map(\.id)) == (2, [created[0].id]))
                let beyond = try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 1, offset: 9))
                #expect((beyond.total, beyond.items.count) == (2, 0))
                for (filter, expected) in [
                    (ProjectFilter(status: .inProgress), [created[1].id]),
                    (ProjectFilter(createdBy: tenant.admin), [created[1].id, created[0].id]),
                    (ProjectFilter(createdBy: UserID(UUID())), []),
                    (ProjectFilter(search: "SITE"), [created[0].id]),
                    (ProjectFilter(search: "0%"), [created[1].id]),
                    (ProjectFilter(status: .completed, search: "site"), []),
                ] {
                    let found = try await transaction.projects.list(filter, ListWindow(limit: 10))
                    #expect(found.items.map(\.id) == expected, "\(filter)")
                    #expect(found.total == expected.count)
                }
                #expect(try await transaction.projects.get(created[0].id).taskCount == 2)
            }
            await expect(.notFound(.project)) {
                try await store.withRead(tenant.context) { try await $0.projects.get(ProjectID(UUID())) }
            }
        }
    }

    @Test("Tasks are filtered by project, status, priority, assignee, due date and title, and sorted as asked")
    func tasks() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let store = shard.store
            let day = { (number: Int64) in Timestamp(microseconds: number * 86_400_000_000) }
            let (project, other, tasks) = try await store.withWrite(tenant.context) { transaction in
                let project = try await transaction.projects.create(NewProject(name: "P")).id
                let other = try await transaction.projects.create(NewProject(name: "Q")).id
                var tasks: [TaskID] = []
                for new in [
                    NewTask(
                        project: project,
                        title: "Write",
                        priority: .high,
                        assignedTo: tenant.admin,
                        dueDate: day(3)
                    ),
                    NewTask(project: project, title: "Read", status: .completed, dueDate: day(1)),
                    NewTask(project: other, title: "write more"),
                ] { tasks.append(try await transaction.tasks.create(new).id) }
                return (project, other, tasks)
            }
            try await store.withRead(tenant.context) { transaction in
                for (filter, order, expected) in [
                    (TaskFilter(), TaskOrder.newestFirst, [2, 1, 0]),
                    (TaskFilter(), .earliestDueFirst, [1, 0, 2]),
                    (TaskFilter(project: project), .newestFirst, [1, 0]),
                    (TaskFilter(project: other), .newestFirst, [2]),
                    (TaskFilter(status: .completed), .newestFirst, [1]),
                    (TaskFilter(priority: .high), .newestFirst, [0]),
                    (TaskFilter(assignee: .user(tenant.admin)), .newestFirst, [0]),
                    (TaskFilter(assignee: .nobody), .newestFirst, [2, 1]),
                    (TaskFilter(dueBefore: day(3)), .newestFirst, [1]),
                    (TaskFilter(search: "WRITE"), .newestFirst, [2, 0]),
                ] {
                    let found = try await transaction.tasks.list(filter, order: order, ListWindow(limit: 10))
                    #expect(found.items.map(\.id) == expected.map { tasks[$0] }, "\(filter)")
                    #expect(found.total == expected.count)
                }
                let task = try await transaction.tasks.get(tasks[0])
                #expect(task.assignedTo?.id == tenant.admin)
                #expect((task.dueDate, task.priority, task.status) == (day(3), .high, .notStarted))
            }
        }
    }

    @Test("A task needs a project and an assignee of its own tenant")
    func taskReferences() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("acme")
            let stranger = try await shard.makeTenant("globex")
            let store = shard.store
            let (project, foreign) = (
                try await store.withWrite(tenant.context) { try await $0.projects.create(NewProject(name: "P")).id },
                try await store.withWrite(stranger.context) { try await $0.projects.create(NewProject(name: "P")).id }
            )
            await expect(.invalidReference(field: "assignedTo")) {
                try await store.withWrite(tenant.context) {
                    try await $0.tasks.create(NewTask(project: project, title: "T", assignedTo: stranger.admin))
                }
            }
            await expect(.notFound(.project)) {
                try await store.withWrite(tenant.context) {
                    try await $0.tasks.create(NewTask(project: foreign, title: "T", assignedTo: tenant.admin))
                }
            }
            #expect(try await shard.count("tasks", of: tenant.id) == 0)
            // Nothing happened, so nothing is told: two entries of the tenant's creation, one of the project's.
            #expect(try await shard.count("audit_logs", of: tenant.id) == 3)
        }
    }

    @Test("An email is unique within a tenant and free in others")
    func emails() async throws {
        try await withShard { shard in
            let (acme, globex) = (try await shard.makeTenant("acme"), try await shard.makeTenant("globex"))
            let new = {
                NewUser(email: EmailAddress("John@Acme.com")!, fullName: "John", passwordHash: "h", role: .user)
            }
            let john = try await shard.store.withWrite(acme.context) { try await $0.users.create(new()) }
            #expect(john.email.rawValue == "john@acme.com")
            await expect(.duplicate(field: "email")) {
                try await shard.store.withWrite(acme.context) { try await $0.users.create(new()) }
            }
            _ = try await shard.store.withWrite(globex.context) { try await $0.users.create(new()) }
            #expect(try await shard.store.withRead(acme.context) { try await $0.users.get(john.id).fullName } == "John")
            await expect(.notFound(.user)) {
                try await shard.store.withRead(globex.context) { try await $0.users.get(john.id) }
            }
        }
    }

    @Test("No user of a shard can be a super admin")
    func superAdmin() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let new = NewUser(email: EmailAddress("r@acme.com")!, fullName: "R", passwordHash: "h", role: .superAdmin)
            await expect(.invalidValue(field: nil)) {
                try await shard.store.withWrite(tenant.context) { try await $0.users.create(new) }
            }
        }
    }

    @Test("A session leads to its user until it ends or expires, in its own tenant only")
    func sessions() async throws {
        try await withShard { shard in
            let (tenant, stranger) = (try await shard.makeTenant("acme"), try await shard.makeTenant("globex"))
            let store = shard.store
            let session = try await store.withWrite(tenant.context) {
                try await $0.sessions.create(for: tenant.admin, lifetime: .seconds(3600))
            }
            #expect(session.clientAddress == "192.0.2.1")
            #expect(session.expiresAt - session.createdAt == .seconds(3600))
            func user(_ context: TenantContext) async throws -> UserID? {
                try await store.withRead(context) { try await $0.sessions.user(of: session.id)?.user.id }
            }
            #expect(try await user(tenant.context) == tenant.admin)
            #expect(try await user(stranger.context) == nil)
            _ = try await shard.owner.query(
                "UPDATE sessions SET createdAt = now() - interval '2 h', expiresAt = now() - interval '1 h'"
            )
            #expect(try await user(tenant.context) == nil)
            let next = try await store.withWrite(tenant.context) {
                try await $0.sessions.create(for: tenant.admin, lifetime: .seconds(60)).id
            }
            #expect(try await shard.count("sessions", of: tenant.id) == 1)
            #expect(try await store.withWrite(stranger.context) { try await $0.sessions.delete(next) } == false)
            #expect(try await store.withWrite(tenant.context) { try await $0.sessions.delete(next) })
            await expect(.notFound(.user)) {
                try await store.withWrite(tenant.context) {
                    try await $0.sessions.create(for: stranger.admin, lifetime: .seconds(60))
                }
            }
        }
    }

    @Test("A body that throws undoes what it did, and its own error comes out")
    func rollback() async throws {
        struct Refusal: Error {}
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            await #expect(throws: Refusal.self) {
                try await shard.store.withWrite(tenant.context) { transaction in
                    _ = try await transaction.projects.create(NewProject(name: "P"))
                    throw Refusal()
                }
            }
            #expect(try await shard.count("projects", of: tenant.id) == 0)
            #expect(try await shard.count("audit_logs", of: tenant.id) == 2)
        }
    }

    @Test("A single verb is a transaction of its own: committed when it is done, without effect when it is refused")
    func once() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let store = shard.store
            let task = try await store.withWrite(tenant.context) { transaction in
                let project = try await transaction.projects.create(NewProject(name: "P"))
                return try await transaction.tasks.create(NewTask(project: project.id, title: "T"))
            }
            let changed = try await store.writeOnce(tenant.context) { (shard) async throws(ShardError) in
                try await shard.tasks.update(task, TaskChanges(title: "U"))
            }
            let found = try await store.readOnce(tenant.context) { (shard) async throws(ShardError) in
                try await shard.tasks.get(task.id).title
            }
            #expect((changed.title, found) == ("U", "U"))
            await expect(.invalidReference(field: "assignedTo")) {
                try await store.writeOnce(tenant.context) { (shard) async throws(ShardError) in
                    let nobody = FieldChange.set(UserID.make(at: task.createdAt))
                    return try await shard.tasks.update(changed, TaskChanges(title: "V", assignedTo: nobody))
                }
            }
            let old = TenantContext(tenant: tenant.id, epoch: Epoch(rawValue: 9), requestID: "t")
            await expect(.notOwner) {
                try await store.writeOnce(old) { (shard) async throws(ShardError) in
                    try await shard.tasks.update(changed, TaskChanges(title: "W"))
                }
            }
            let left = try await store.withRead(tenant.context) { try await $0.tasks.get(task.id).title }
            #expect(left == "U")
            // The tenant and its administrator, the project, the task and its one change.
            #expect(try await shard.count("audit_logs", of: tenant.id) == 5)
        }
    }

    @Test("A text that is too long or cannot be stored is the caller's fault")
    func invalidValues() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            for name in [String(repeating: "x", count: 201), "nul\0nul"] {
                await expect(.invalidValue(field: nil)) {
                    try await shard.store.withWrite(tenant.context) {
                        try await $0.projects.create(NewProject(name: name))
                    }
                }
            }
        }
    }
}
