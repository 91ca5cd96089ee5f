import Caching
import HubModel
import HubWeb
import Hummingbird
import ShardStore
import TenantCache

extension Workspace {
    /// Who asks.
    func person(for request: Request, in context: TenantWebContext) async throws -> Person {
        try await read([], for: request, in: context, cached: { _ in () }) { _ in }.person
    }

    /// The tenant's settings, and what is used of its limits.
    func settings(
        for request: Request,
        in context: TenantWebContext
    ) async throws -> (settings: TenantSettings, person: Person) {
        let (settings, person) = try await read([.settings, .usage], for: request, in: context) {
            $0.settingsWithUsage
        } _: {
            try await $0.tenant.settings()
        }
        return (settings, person)
    }

    /// A page of the tenant's projects, newest first, encoded.
    ///
    /// - Parameter encode: makes it of the listing.
    func projects(
        _ filter: ProjectFilter,
        _ window: ListWindow,
        for request: Request,
        in context: TenantWebContext,
        keptIn pages: EncodedPages,
        _ encode: @Sendable (Listing<ProjectRecord>) throws -> EncodedPage
    ) async throws -> EncodedPage {
        let subjects: [CacheSubject] = filter.isDecidableHere ? [.projects] : []
        let (page, _) = try await read(subjects, for: request, in: context) { items in
            guard let projects = items.projects, let fill = items.projectsFill else { return nil }
            return try pages.page(of: context.routed.tenant, fill, target: request.uri.string) {
                try encode(projects.list(filter, window))
            }
        } _: {
            try await encode($0.projects.list(filter, window))
        }
        return page
    }

    /// The tenant's settings with the projects that are wanted, newest first.
    func overview(
        _ filter: ProjectFilter,
        _ window: ListWindow,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> (settings: TenantSettings, projects: Listing<ProjectRecord>, person: Person) {
        let (answer, person) = try await read([.settings, .usage, .projects], for: request, in: context) { items in
            guard filter.isDecidableHere, let settings = items.settingsWithUsage, let projects = items.projects
            else { return nil }
            return (settings, try projects.list(filter, window))
        } _: { transaction in
            try await ConcurrentReads.both(
                { try await transaction.tenant.settings() },
                { try await transaction.projects.list(filter, window) }
            )
        }
        return (answer.0, answer.1, person)
    }
}
