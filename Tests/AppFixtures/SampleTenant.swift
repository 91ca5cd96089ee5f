import Credentials
import FoundationEssentials
package import HubModel
import HubWire
import Observability
import Testing

/// A tenant made on a backend as hub-control makes one, with one administrator.
package struct SampleTenant: Sendable {
    package static let password = "Demo@123"

    package let id: TenantID
    package let email: String
    package let client: WebClient

    /// - Parameter subdomain: also the tenant's name.
    package static func create(
        _ subdomain: String,
        maxUsers: Int = 5,
        maxProjects: Int = 3,
        on backend: RunningBackend
    ) async throws -> SampleTenant {
        let id = TenantID.make(at: .now())
        let email = "admin@\(subdomain).com"
        let creation = InternalTenantCreation(
            tenantId: id,
            subdomain: try #require(Subdomain(subdomain)),
            name: subdomain,
            maxUsers: maxUsers,
            maxProjects: maxProjects,
            epoch: .first,
            admin: InternalAdmin(
                id: .make(at: .now()),
                email: try #require(EmailAddress(email)),
                fullName: "Ada Admin",
                passwordHash: try await PasswordHasher(cost: 4).hash(password)
            ),
            clientAddress: "203.0.113.9"
        )
        let answer = try await backend.control(id).post(InternalPath.tenants, creation)
        try #require(answer.status == 201, "\(answer.text)")
        return SampleTenant(id: id, email: email, client: backend.router(id))
    }

    /// The same tenant, by way of another backend of its shard.
    package func by(_ backend: RunningBackend) -> SampleTenant {
        SampleTenant(id: id, email: email, client: backend.router(id))
    }

    /// The tenant's administrator, signed in.
    package func signedIn() async throws -> WebClient { try await signedIn(email) }

    /// Adds a person to the tenant and signs them in.
    package func member(
        _ name: String,
        role: UserRole = .user,
        by administrator: WebClient
    ) async throws -> (id: UserID, client: WebClient) {
        let request = CreateUserRequest(
            email: try #require(EmailAddress("\(name)@example.com")),
            password: SampleTenant.password,
            fullName: name.capitalized,
            role: role
        )
        let answer = try await administrator.post("/api/users", request)
        try #require(answer.status == 201, "\(answer.text)")
        return (try answer.decode(UserView.self).id, try await signedIn(request.email.rawValue))
    }

    /// A person of the tenant, signed in.
    package func signedIn(
        _ email: String,
        password: String = SampleTenant.password
    ) async throws -> WebClient {
        let answer = try await client.post("/api/auth/login", LoginRequest(email: email, password: password))
        try #require(answer.status == 200, "\(answer.text)")
        return client.bearing(try answer.decode(LoginAnswer.self).token)
    }
}

extension RunningBackend {
    /// Lends a tenant on a running backend, and its administrator, signed in.
    package static func withTenant(
        _ body: @Sendable (_ tenant: SampleTenant, _ administrator: WebClient) async throws -> Void
    ) async throws {
        try await HubDatabases.with { databases in
            try await RunningBackend.with(databases) { backend in
                let tenant = try await SampleTenant.create("acme", on: backend)
                try await body(tenant, try await tenant.signedIn())
            }
        }
    }
}
