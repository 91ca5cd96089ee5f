package import HubModel

/// What one item of the cache holds.
///
/// **Project lists are cached whole, once for a tenant, and filtered, sorted and paged by the backend.** The other way, an
/// item for each query, was weighed and left: an item for each filter and page needs a generation that every write
/// raises and every read compares (a second key, a second fence to reason about); it fills Redis with as many copies of a
/// project as there are ways to ask for it; and after each write every one of those ways misses again, while the whole
/// list is filled once and then answers any filter, any page and every total. One key also means that a write fences one
/// key. The price is that a hit carries the whole list: some 250 bytes a project, 25 kB for 100. So a list longer than
/// ``longestList`` is not filled, and its queries go to PostgreSQL, which is good at them.
///
/// One filter could be answered differently by the backend than by PostgreSQL: `search` compares `lower(name)`, whose
/// result depends on the database's collation. So the item carries PostgreSQL's own `lower(name)` beside each name, and a
/// search for anything beyond ASCII goes to PostgreSQL.
package enum CacheSubject: Hashable, Sendable {
    /// Whether this shard serves the tenant, in which epoch. Every read asks for it with the rest, in the same script: a
    /// mover or an erasure that fences it sends every reader to the database, which is the judge.
    case ownership
    /// All the tenant's projects, with their creators' names and counts of tasks.
    case projects
    /// What authorisation asks about a user: role, state, sessions.
    case user(UserID)
    /// The tenant's name, settings and limits, and how many users it has.
    case settings
    /// How many projects and tasks the tenant has. ``projects`` tells it too, but costs as much as there are projects.
    case usage
    /// How far the primary's log was: a replica that has replayed it shows every write acknowledged before, so that a read
    /// there is as new as a read here. Every write fences it.
    case position

    /// The number of projects beyond which a tenant's list is not cached.
    package static let longestList = 1000
}

extension CacheSubject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .ownership: "ownership"
        case .projects: "projects"
        case .user(let user): "user:\(user)"
        case .settings: "settings"
        case .usage: "usage"
        case .position: "position"
        }
    }
}
