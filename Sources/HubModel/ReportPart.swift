/// What a report across shards may tell.
package enum ReportPart: String, CaseIterable, Codable, Sendable {
    /// Tenants, people, projects, and tasks by status.
    case usage
    /// What was made in a window, by day or by month.
    case growth
    /// Tenants in which nothing was done for a while.
    case inactive
    /// Tenants that have nearly as many people or projects as they may have.
    case limits
    /// About how much each tenant takes on disk.
    case storage
}
