/// The kinds of objects the directory has, by their names in its audit trail.
package enum DirectoryEntity: String, CaseIterable, Sendable {
    case region
    case shard
    case tenant
    case registration
    case user
    case session
    case signingKey = "signing_key"
    case cache
    case move
}
