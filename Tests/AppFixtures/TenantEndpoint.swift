/// One row of the contract of a tenant's host that needs somebody to be signed in, and whom it obeys.
package struct TenantEndpoint: Sendable, CustomStringConvertible {
    package let method: String
    /// With `{tenant}`, `{user}`, `{session}`, `{project}` and `{task}` in place of ids.
    package let path: String
    package let body: String?
    /// Whether its answer goes on until one side ends it.
    package let isStream: Bool
    /// What an administrator of the tenant is answered.
    package let administrator: Int
    /// What any other person of the tenant is answered, about objects that are not their own.
    package let user: Int

    package init(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        isStream: Bool = false,
        answers administrator: Int,
        user: Int? = nil
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.isStream = isStream
        self.administrator = administrator
        self.user = user ?? administrator
    }

    package var description: String { "\(method) \(path)" }

    /// Whether the path names an object of a tenant.
    package var namesObject: Bool { path.contains("{") }

    /// The path with these ids.
    package func path(_ objects: [String: String]) -> String {
        objects.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    package func send(as client: WebClient, _ objects: [String: String]) async throws -> WebAnswer {
        guard !isStream else { return try await client.head(ofStream: path(objects)) }
        return try await client.send(method, path(objects), body: body.map { Array($0.utf8) })
    }
}

extension TenantEndpoint {
    package static let all: [TenantEndpoint] = [
        TenantEndpoint("GET", "/api/auth/me", answers: 200),
        TenantEndpoint("POST", "/api/auth/logout", "{}", answers: 204),
        TenantEndpoint(
            "PUT",
            "/api/auth/password",
            #"{"currentPassword": "Demo@123", "newPassword": "Changed#123"}"#,
            answers: 204
        ),
        TenantEndpoint("GET", "/api/auth/sessions", answers: 200),
        TenantEndpoint("DELETE", "/api/auth/sessions", answers: 204),
        // Nobody ends another's.
        TenantEndpoint("DELETE", "/api/auth/sessions/{session}", answers: 404),
        TenantEndpoint("GET", "/api/tenants/{tenant}", answers: 200),
        TenantEndpoint("PUT", "/api/tenants/{tenant}", #"{"name": "Taken"}"#, answers: 200, user: 403),
        TenantEndpoint("GET", "/api/users", answers: 200),
        TenantEndpoint(
            "POST",
            "/api/users",
            #"{"email": "x@example.com", "password": "12345678", "fullName": "X"}"#,
            answers: 201,
            user: 403
        ),
        TenantEndpoint("GET", "/api/users/{user}", answers: 200),
        TenantEndpoint("PUT", "/api/users/{user}", #"{"fullName": "Taken"}"#, answers: 200, user: 403),
        TenantEndpoint("DELETE", "/api/users/{user}", answers: 204, user: 403),
        TenantEndpoint("GET", "/api/projects", answers: 200),
        TenantEndpoint("POST", "/api/projects", #"{"name": "Taken"}"#, answers: 201),
        TenantEndpoint("GET", "/api/projects/{project}", answers: 200),
        TenantEndpoint("PUT", "/api/projects/{project}", #"{"name": "Taken"}"#, answers: 200, user: 403),
        TenantEndpoint("DELETE", "/api/projects/{project}", answers: 204, user: 403),
        TenantEndpoint("GET", "/api/projects/{project}/tasks", answers: 200),
        TenantEndpoint("POST", "/api/projects/{project}/tasks", #"{"title": "Taken"}"#, answers: 201),
        TenantEndpoint("GET", "/api/tasks", answers: 200),
        TenantEndpoint("GET", "/api/tasks/{task}", answers: 200),
        TenantEndpoint("PUT", "/api/tasks/{task}", #"{"title": "Taken"}"#, answers: 200),
        TenantEndpoint("PATCH", "/api/tasks/{task}/status", #"{"status": "completed"}"#, answers: 200),
        TenantEndpoint("DELETE", "/api/tasks/{task}", answers: 204, user: 403),
        TenantEndpoint("GET", "/api/audit-logs", answers: 200, user: 403),
        // Where there is no audit store nothing is sealed.
        TenantEndpoint("GET", "/api/audit-logs/{entry}/proof", answers: 404, user: 403),
        TenantEndpoint("GET", "/api/events", isStream: true, answers: 200),
    ]
}
