import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/users`: the people of a tenant.
struct UserController: Sendable {
    let workspace: Workspace
    let passwords: PasswordCheck

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/users", use: list)
        routes.post("/api/users", use: create)
        routes.get("/api/users/:user", use: get)
        routes.put("/api/users/:user", use: update)
        routes.delete("/api/users/:user", use: delete)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        var query = QueryReader(request)
        let filter = UserFilter(role: query.choice("role", UserRole.self), search: query.search())
        let part = try query.page()
        let (users, _) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.users.list(filter, ListWindow(part))
        }
        return try .page(
            Page(users, request: part) { UserView($0, tenant: context.routed.tenant) },
            of: request
        )
    }

    @Sendable
    func create(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (wanted, body) = try await request.jsonBody(CreateUserRequest.self, context: context)
        // Before the hash, which takes a fifth of a second of a processor that others need too.
        let person = try await workspace.person(for: request, in: context)
        try person.requireAdministrator()
        let hash = try await passwords.hash(wanted.password)
        let tenant = context.routed.tenant
        return try await workspace.answerCreation(of: request, body: body, in: context) { (user: UserView) in
            "/api/users/\(user.id)"
        } _: { transaction, person in
            try person.requireAdministrator()
            let new = NewUser(email: wanted.email, fullName: wanted.fullName, passwordHash: hash, role: wanted.role)
            return UserView(try await transaction.users.create(new), tenant: tenant)
        }
    }

    @Sendable
    private func get(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.userID()
        let (user, _) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.users.get(id)
        }
        return try .object(UserView(user, tenant: context.routed.tenant), of: request)
    }

    @Sendable
    func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.userID()
        let wanted = try await request.json(UpdateUserRequest.self, context: context)
        let tenant = context.routed.tenant
        let user = try await workspace.write(for: request, in: context) { transaction, person in
            // A role is for an administrator to give; a name is one's own as well.
            if wanted.role != nil || person.user.id != id { try person.requireAdministrator() }
            let user = try await transaction.users.lock(id, keepingAdministrators: wanted.role != nil)
            try request.requireMatch(UserView(user, tenant: tenant))
            return try await transaction.users.update(user, fullName: wanted.fullName, role: wanted.role)
        }
        return try .object(UserView(user, tenant: tenant), of: request)
    }

    @Sendable
    func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.userID()
        let tenant = context.routed.tenant
        try await workspace.write(for: request, in: context) { transaction, person in
            try person.requireAdministrator()
            guard person.user.id != id else { throw WebFailure(.forbidden("Nobody can delete their own account.")) }
            let user = try await transaction.users.lock(id, keepingAdministrators: true)
            try request.requireMatch(UserView(user, tenant: tenant))
            try await transaction.users.delete(user)
        }
        return Response(status: .noContent)
    }
}

extension TenantWebContext {
    /// The user that the path names.
    ///
    /// - Throws: 404, the same as for another tenant's user, when the text is no id at all.
    fileprivate func userID() throws(Problem) -> UserID {
        guard let id = parameters.get("user").flatMap(UserID.init) else {
            throw .notFound("There is no such user here.")
        }
        return id
    }
}
