/// What a transaction may do, known to the compiler.
package protocol ShardAccess: Sendable {}

/// Reads only.
package enum ReadAccess: ShardAccess {}

/// Reads, and writes under the tenant's fence.
package enum WriteAccess: ShardAccess {}
