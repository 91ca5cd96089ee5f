import Caching
import HubModel
import HubWeb
import Hummingbird
import ShardStore
import TenantCache

extension Workspace {
    /// Who asks.
    func person(for request: Request, in context: TenantWebContext) async throws -> Person {
        if let (_, person) = try await items([], for: request, in: context) { return person }
        return try await read(for: request, in: context) { _ in }.person
    }

    /// The tenant's settings, and what is used of its limits.
    func settings(
        for request: Request,
        in context: TenantWebContext
    ) async throws -> (settings: TenantSettings, person: Person) {
        if let (items, person) = try await items([.settings, .projects], for: request, in: context),
            let settings = try? items.settingsWithUsage()
        {
            return (settings, person)
        }
        let (settings, person) = try await read(for: request, in: context) { try await $0.tenant.settings() }
        return (settings, person)
    }

    /// The tenant's projects, newest first.
    func projects(
        _ filter: ProjectFilter,
        _ window: ListWindow,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> (projects: Listing<ProjectRecord>, person: Person) {
        if filter.isDecidableHere, let (items, person) = try await items([.projects], for: request, in: context),
            let projects = try? items.projects?.list(filter, window)
        {
            return (projects, person)
        }
        let (projects, person) = try await read(for: request, in: context) {
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
        if let (items, person) = try await items([.settings, .projects], for: request, in: context),
            let settings = try? items.settingsWithUsage(),
            let projects = try? items.projects?.list(ProjectFilter(), window)
        {
            return (settings, projects, person)
        }
        let ((settings, projects), person) = try await read(for: request, in: context) { transaction in
            try await ConcurrentReads.both(
                { try await transaction.tenant.settings() },
                { try await transaction.projects.list(ProjectFilter(), window) }
            )
        }
        return (settings, projects, person)
    }
}
