import Credentials
import Directory
import HubModel
import Reactor
import ShardStore
import Topology

/// Makes the tenants of the demonstration, straight in the databases.
///
/// A tenant enters the directory as the last step, so that nobody ever sees half of one; what fails before is undone.
struct DemoSeeder: Sendable {
    let topology: Topology
    let secrets: Secrets
    let reactors: ReactorGroup
    let hasher: PasswordHasher
    /// The day from which due dates count.
    let today: Timestamp

    /// Makes the company's tenant unless the directory has one of its name.
    ///
    /// - Returns: whether it was made now.
    func seed(_ company: DemoCompany, _ directory: DirectoryStore) async throws -> Bool {
        guard try await directory.tenants(named: [company.subdomain]).isEmpty else { return false }
        let registration = try await begin(company, directory)
        guard let shard = topology.shard(registration.shard) else {
            try await directory.undoRegistration(registration.id, reason: "the shard is not in the operator's topology")
            throw OperatorError(unknownShard: registration.shard.description, in: topology)
        }
        let context = TenantContext(tenant: registration.tenant, epoch: .first, requestID: "hubctl-demo-seed")
        let target = DatabaseTarget.shard(shard, of: topology)
        let access = DatabaseAccess(target: target, secrets: secrets, reactors: reactors, role: target.roles.first)
        try await access.withCurrentSchema { pool in
            try await fillOrUndo(
                ShardStore(pool: pool, fencing: .unserved),
                context,
                registration.id,
                with: company,
                directory
            )
        }
        _ = try await directory.finishRegistration(registration.id, OperatorContext())
        return true
    }

    // MARK: - Private

    private func begin(_ company: DemoCompany, _ directory: DirectoryStore) async throws -> TenantRegistration {
        do throws(DirectoryError) {
            return try await directory.beginRegistration(
                of: company.subdomain,
                name: company.name,
                in: company.region,
                lease: .seconds(60)
            )
        } catch {
            guard error.code == .taken else { throw error }
            throw OperatorError(
                .refused,
                "a sign-up of \(company.subdomain) is under way or is being undone: try again in a minute",
                underlying: error
            )
        }
    }

    private func fillOrUndo(
        _ store: ShardStore,
        _ context: TenantContext,
        _ registration: RegistrationID,
        with company: DemoCompany,
        _ directory: DirectoryStore
    ) async throws {
        do {
            try await fill(store, context, with: company)
        } catch {
            // Only what is certainly gone from the shard gives its name back; the rest is left to the janitor.
            if (try? await store.eraseTenant(context, id: .make(at: .now()))) != nil {
                try await directory.undoRegistration(registration, reason: "seeding failed")
            }
            throw error
        }
    }

    private func fill(_ store: ShardStore, _ context: TenantContext, with company: DemoCompany) async throws {
        let people = try await users(of: company)
        let tenant = NewTenant(
            subdomain: company.subdomain,
            name: company.name,
            maxUsers: DemoCompany.maxUsers,
            maxProjects: DemoCompany.maxProjects,
            admin: people[0]
        )
        _ = try await store.createTenant(tenant, context)
        try await store.withWrite(context.acting(as: people[0].id)) { shard in
            for person in people.dropFirst() { _ = try await shard.users.create(person) }
            for project in company.projects { try await create(project, people, in: shard) }
        }
    }

    private func create(
        _ project: DemoCompany.Project,
        _ people: [NewUser],
        in shard: ShardTransaction<WriteAccess>
    ) async throws {
        let record = try await shard.projects.create(
            NewProject(name: project.name, description: project.description, status: project.status)
        )
        for task in project.tasks {
            let new = NewTask(
                project: record.id,
                title: task.title,
                status: task.status,
                priority: task.priority,
                assignedTo: task.assignee.map { people[$0].id },
                dueDate: task.dueInDays.map { today + .seconds(86_400 * $0) }
            )
            _ = try await shard.tasks.create(new)
        }
    }

    private func users(of company: DemoCompany) async throws -> [NewUser] {
        var users: [NewUser] = []
        for person in company.people {
            let hash = try await hasher.hash(person.password)
            users.append(
                NewUser(email: person.email, fullName: person.fullName, passwordHash: hash, role: person.role)
            )
        }
        return users
    }
}
