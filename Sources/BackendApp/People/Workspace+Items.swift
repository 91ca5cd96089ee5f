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
        let (settings, person) = try await read([.settings, .projects], for: request, in: context) {
            try $0.settingsWithUsage()
        } _: {
            try await $0.tenant.settings()
        }
        return (settings, person)
    }

    /// The tenant's projects, newest first.
    func projects(
        _ filter: ProjectFilter,
        _ window: ListWindow,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> (projects: Listing<ProjectRecord>, person: Person) {
        let subjects: [CacheSubject] = filter.isDecidableHere ? [.projects] : []
        let (projects, person) = try await read(subjects, for: request, in: context) {
            try $0.projects?.list(filter, window)
        } _: {
            try await $0.projects.list(filter, window)
        }
        return (projects, person)
    }

    /// What the first page of a workspace shows.
    func overview(
        _ window: ListWindow,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> (settings: TenantSettings, projects: Listing<ProjectRecord>, person: Person) {
        let (answer, person) = try await read([.settings, .projects], for: request, in: context) { items in
            guard let settings = try items.settingsWithUsage(),
                let projects = try items.projects?.list(ProjectFilter(), window)
            else { return nil }
            return (settings, projects)
        } _: { transaction in
            try await ConcurrentReads.both(
                { try await transaction.tenant.settings() },
                { try await transaction.projects.list(ProjectFilter(), window) }
            )
        }
        return (answer.0, answer.1, person)
    }
}
