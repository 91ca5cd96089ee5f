import Directory
import HubModel
import HubWire

extension DirectoryStore {
    /// The tenant that is named by its id or its subdomain.
    ///
    /// - Throws: 404.
    func tenant(reference text: String) async throws -> DirectoryTenant {
        if let id = TenantID(text) { return try await tenant(id) }
        if let subdomain = Subdomain(text) { return try await tenant(subdomain) }
        throw Problem.notFound("There is no such tenant here.")
    }
}
