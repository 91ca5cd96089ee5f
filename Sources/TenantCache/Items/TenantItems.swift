package import Caching
package import HubModel
package import ShardStore

/// What a request wanted to know of a tenant, all of it as new as the last write that was acknowledged before the request.
package struct TenantItems: Sendable {
    /// The user and their sessions; nil when there is no such user.
    package let user: UserAuthorisation?
    /// Nil when they are too many to be cached, or were not wanted.
    package let projects: ProjectCatalogue?
    /// Names the contents of ``projects``: what was made of them once can be made again of the same fill, and the same.
    package let projectsFill: FillToken?
    /// Nil when they were not wanted.
    package let settings: TenantProfile?
    /// Nil when it was not wanted.
    package let usage: WorkCount?
    /// Nil when it was not wanted.
    package let position: TimelinePosition?

    /// - Parameter values: what the items hold, by the subjects they are of.
    init(_ subjects: [CacheSubject], _ values: [CachedBytes]) throws(CacheDecoder.Malformed) {
        var (user, projects, settings): (UserAuthorisation?, ProjectCatalogue?, TenantProfile?)
        var usage: WorkCount?
        var position: TimelinePosition?
        var fill: FillToken?
        for (subject, value) in zip(subjects, values) {
            switch subject {
            case .ownership: _ = try CachedContents<Ownership>(bytes: value.bytes)
            case .user: user = try CachedContents(bytes: value.bytes).item
            case .projects:
                projects = try CachedContents(bytes: value.bytes).item
                fill = value.fill
            case .settings: settings = try CachedContents(bytes: value.bytes).item
            case .position: position = try CachedContents(bytes: value.bytes).item
            case .usage: usage = try CachedContents(bytes: value.bytes).item
            }
        }
        (self.user, self.projects, self.projectsFill, self.settings) = (user, projects, fill, settings)
        self.usage = usage
        self.position = position
    }
}

extension TenantItems {
    /// The settings with what is used of their limits; nil when they or the usage were not wanted or not cached.
    package var settingsWithUsage: TenantSettings? {
        guard let settings, let usage else { return nil }
        return TenantSettings(
            settings,
            usage: TenantUsage(users: settings.users, projects: usage.projects, tasks: usage.tasks)
        )
    }
}

/// That the shard serves the tenant: its key says at which epoch, and whoever reads the rows has asked the database.
struct Ownership: CachedItem {
    init() {}

    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) {}

    func write(to encoder: inout CacheEncoder) {}
}
