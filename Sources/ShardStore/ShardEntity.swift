/// The kinds of objects a tenant has, by their names in the audit trail.
package enum ShardEntity: String, CaseIterable, Sendable {
    case tenant
    case user
    case project
    case task
    case session
}
