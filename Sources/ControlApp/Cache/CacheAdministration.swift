import Directory
import HubModel
import HubWeb
import HubWire
import Logging

/// What super admins do with the shards' caches: everything is done by the shards' backends, whose caches they are.
struct CacheAdministration: Sendable {
    let directory: DirectoryStore
    let shards: ShardClient
    /// Where a cache is switched off and on.
    let databases: ShardDatabases
    let timing: SignUpTiming
    /// How long one call of ``warm(_:_:requestID:)`` begins with further tenants.
    let budget: Duration
    let now: WallClock
    let logger: Logger
}
