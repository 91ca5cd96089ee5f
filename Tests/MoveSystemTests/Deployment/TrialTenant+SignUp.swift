import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension TrialTenant {
    /// Signs an organisation up in a region, with room for what writers do.
    static func signUp(
        _ label: String,
        in region: String,
        by admin: MoveOperator,
        of deployment: Deployment
    ) async throws -> TrialTenant {
        let subdomain = try #require(Subdomain("\(label)-\(UInt32.random(in: 0...0xFFFF))"))
        let email = try #require(EmailAddress("ada@\(label).example"))
        let request = RegisterTenantRequest(
            tenantName: label,
            subdomain: subdomain,
            region: try #require(RegionID(region)),
            adminEmail: email,
            adminPassword: SampleTenant.password,
            adminFullName: "Ada Admin"
        )
        // A super admin may make as many as there are trials; who signs up alone is held back.
        let answer = try await admin.apex.post("/api/tenants", request)
        try #require(answer.status == 201, "\(answer.text)")
        let id = try answer.decode(RegisterTenantAnswer.self).tenant.id
        let limits = try await admin.apex.put("/api/tenants/\(id)", UpdateTenantRequest(maxProjects: 1000))
        try #require(limits.status == 200, "\(limits.text)")
        let stranger = deployment.router(subdomain.rawValue)
        try await waitFor("the router to know \(subdomain)") { try await stranger.get("/health").status == 200 }
        let login = try await stranger.post(
            "/api/auth/login",
            LoginRequest(email: email.rawValue, password: SampleTenant.password)
        )
        try #require(login.status == 200, "\(login.text)")
        return TrialTenant(id: id, subdomain, token: try login.decode(LoginAnswer.self).token, port: deployment.port)
    }
}

extension Deployment {
    /// The router, asked for a tenant's host, or for the apex.
    func router(_ subdomain: String?) -> WebClient { .router(port, subdomain) }
}
