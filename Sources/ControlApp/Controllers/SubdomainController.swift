import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird

/// `/api/subdomains`: whether a name is free, for whoever thinks of signing up.
///
/// It tells no more than the name's own host does, which answers once there is a workspace.
struct SubdomainController: Sendable {
    let gate: SchemaGate
    let directory: DirectoryStore
    let throttle: NetworkThrottle
    let configuration: ControlConfiguration

    func add(to router: Router<WebContext>) {
        router.get("/api/subdomains/:subdomain", use: get)
    }

    // MARK: - Private

    @Sendable
    private func get(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        try throttle.pass(context.arrival.clientAddress)
        return try await .json(view(of: context.parameters.get("subdomain") ?? ""))
    }

    private func view(of name: String) async throws -> SubdomainView {
        guard let subdomain = Subdomain(name) else {
            return SubdomainView(name, refused: "must be 3–50 lower-case letters, digits and inner hyphens")
        }
        return switch try await directory.obstacle(to: subdomain) {
        case nil: SubdomainView(available: name, url: configuration.url(of: subdomain))
        case .taken: SubdomainView(name, refused: "is taken; choose another")
        case .reserved: SubdomainView(name, refused: "is reserved; choose another")
        }
    }
}
