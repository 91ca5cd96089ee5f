package import HubModel

/// What a write changes, as far as the cache is concerned.
package enum CacheChange: Hashable, Sendable {
    /// The tenant is frozen, erased, moved or active again.
    case ownership
    /// A project has another name, description or status.
    case project
    /// A project is created or deleted.
    case projectCount
    /// A task has another status or project: lists of projects count tasks.
    case task
    /// A task is created or deleted.
    case taskCount
    /// A user is created: the settings count them.
    case userCreation(UserID)
    /// A user has another role, state, password or session.
    case userAccess(UserID)
    /// A user has another name, which lists of projects show.
    case userName(UserID)
    /// A user is deleted: authorisation must end, lists lose a creator, and the settings a user.
    case userDeletion(UserID)
    /// The tenant's name, settings or limits.
    case settings

    /// The items that show what changes.
    package var subjects: [CacheSubject] {
        switch self {
        case .ownership: [.ownership]
        case .project, .task: [.projects]
        case .projectCount, .taskCount: [.projects, .usage]
        case .userAccess(let user): [.user(user)]
        case .userCreation(let user): [.user(user), .settings]
        case .userName(let user): [.user(user), .projects]
        case .userDeletion(let user): [.user(user), .projects, .settings]
        case .settings: [.settings]
        }
    }
}

/// The items of a tenant that a request reads or changes, whatever opening of the gate it meets.
package struct CacheScope: Hashable, Sendable {
    package let tenant: TenantID
    package let tenantEpoch: Epoch
    /// Without repetition.
    package let subjects: [CacheSubject]

    package init(tenant: TenantID, tenantEpoch: Epoch, subjects: [CacheSubject]) {
        self.tenant = tenant
        self.tenantEpoch = tenantEpoch
        self.subjects = subjects.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The items that the changes of one transaction touch.
    package init(tenant: TenantID, tenantEpoch: Epoch, changes: [CacheChange]) {
        self.init(tenant: tenant, tenantEpoch: tenantEpoch, subjects: changes.flatMap(\.subjects))
    }

    package func key(_ subject: CacheSubject, at gate: GateEpoch) -> CacheKey {
        CacheKey(tenant: tenant, tenantEpoch: tenantEpoch, gateEpoch: gate, subject: subject)
    }

    package func keys(at gate: GateEpoch) -> [CacheKey] {
        subjects.map { key($0, at: gate) }
    }
}
