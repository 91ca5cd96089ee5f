import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// The two canary tenants of a shard. They are kept from one check to the next; nobody knows their passwords, for a check
/// enters them as super admins enter any tenant, which both audit trails record.
struct CanaryTenants: Sendable {
    let shard: ShardDescription
    let topology: Topology
    let control: ControlClient
    let pace: RequestPace

    /// Their names, which nobody can sign up with.
    ///
    /// - Throws: ``OperatorError`` when the shard's name is too long for a label.
    func subdomains() throws(OperatorError) -> [Subdomain] {
        let names = ["a", "b"].compactMap { Subdomain("canary-\(shard.id)-\($0)") }
        guard names.count == 2 else {
            throw OperatorError(.usage, "the name of shard \(shard.id) is too long for its canaries'")
        }
        return names
    }

    /// Those that do not exist.
    func missing() async throws -> [Subdomain] {
        var missing: [Subdomain] = []
        for name in try subdomains() where try await tenant(name) == nil { missing.append(name) }
        return missing
    }

    func create(_ subdomain: Subdomain) async throws {
        guard let email = EmailAddress("canary@isolation.invalid") else { return }
        let request = CreateTenantRequest(
            RegisterTenantRequest(
                tenantName: CanaryTenants.name,
                subdomain: subdomain,
                region: shard.region,
                adminEmail: email,
                adminPassword: Canary.random(),
                adminFullName: CanaryTenants.name
            ),
            on: shard.id
        )
        let _: RegisterTenantAnswer = try await control.send(.POST, "/api/tenants", body: request)
    }

    /// Enters both.
    ///
    /// - Throws: ``OperatorError`` when one cannot be probed on this shard.
    func enter() async throws -> [Canary] {
        var canaries: [Canary] = []
        for name in try subdomains() {
            guard let tenant = try await tenant(name) else {
                throw OperatorError(.notFound, "the canary \(name) does not exist")
            }
            guard tenant.name == CanaryTenants.name else {
                throw OperatorError(.refused, "\(name) is no canary but “\(tenant.name)”, so it is left alone")
            }
            guard tenant.shard == shard.id, tenant.state == .active else {
                throw OperatorError(
                    .refused,
                    "the canary \(name) is \(tenant.state.rawValue) on shard \(tenant.shard): "
                        + "it has to be active on \(shard.id)"
                )
            }
            let host = CanaryHost(name, in: topology, pace: pace)
            try await waitForRouter(host)
            canaries.append(try await Canary(host, administrator: try await administrator(of: tenant, host)))
        }
        return canaries
    }

    // MARK: - Private

    private static let name = "Isolation canary"

    private func tenant(_ subdomain: Subdomain) async throws -> DirectoryTenantView? {
        do {
            return try await control.tenant(subdomain.rawValue)
        } catch let error as OperatorError where error.status == .notFound {
            return nil
        }
    }

    /// An administrator's token, for a one-use ticket.
    private func administrator(of tenant: DirectoryTenantView, _ host: CanaryHost) async throws -> String {
        let link: ImpersonateAnswer = try await control.send(
            .POST,
            "/api/tenants/\(tenant.id)/impersonate",
            body: ["reason": "hubctl isolation check"]
        )
        guard let ticket = link.url.firstRange(of: "ticket=").map({ String(link.url[$0.upperBound...]) }) else {
            throw OperatorError(.failed, "hub-control's link into \(tenant.subdomain) has no ticket")
        }
        let session: LoginAnswer = try await host.ask(
            .POST,
            "/api/auth/impersonation",
            body: .object(["ticket": .string(ticket)])
        )
        return session.token
    }

    /// Waits until the routers have heard of a new tenant, which takes them about a second.
    private func waitForRouter(_ host: CanaryHost) async throws {
        let deadline = ContinuousClock.now + .seconds(15)
        while try await host.send(.GET, "/health").status == 404, .now < deadline {
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
