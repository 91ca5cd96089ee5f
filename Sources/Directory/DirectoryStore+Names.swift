package import HubModel
import Postgres

/// Why nobody can sign up with a name.
package enum NameObstacle: Hashable, Sendable {
    /// It is kept for the hub itself, or was somebody's before.
    case reserved
    /// A tenant has it, or is about to.
    case taken
}

extension DirectoryStore {
    /// What stands in the way of signing up with a name at this moment; nil when nothing does. Nothing is kept for whoever
    /// asks: ``beginRegistration(of:name:in:on:isCanary:lease:)`` decides.
    package func obstacle(to subdomain: Subdomain) async throws(DirectoryError) -> NameObstacle? {
        guard !subdomain.isReserved else { return .reserved }
        let answers = try await read(
            "SELECT EXISTS (SELECT FROM tenants WHERE subdomain = \(subdomain))",
            .isNamePending(subdomain),
            "SELECT EXISTS (SELECT FROM reserved_subdomains WHERE subdomain = \(subdomain))"
        )
        let (isTenant, isPending) = (try answers[0].value(Bool.self), try answers[1].value(Bool.self))
        if isTenant || isPending { return .taken }
        return try answers[2].value(Bool.self) ? .reserved : nil
    }
}
