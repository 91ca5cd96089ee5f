import Directory
import HubModel
import HubWeb
import HubWire
import MoveEngine
import ShardStore

extension CacheAdministration {
    /// Has a shard work without its cache until it is switched on again, or lets its backends use it again.
    ///
    /// The control plane's trail has it before it is done.
    ///
    /// - Throws: 404 for an unknown shard; 409 when this process cannot log in to its database; `DirectoryError`,
    ///   `ShardError`.
    func turn(_ shard: ShardID, _ request: SwitchCacheRequest, _ context: OperatorContext) async throws {
        guard try await directory.shards().contains(where: { $0.id == shard }) else {
            throw Problem.notFound("There is no such shard here.")
        }
        guard let end = databases[shard] else {
            throw Problem.conflict(
                "This hub-control has no administrator's password for shard \(shard). Use hubctl cache "
                    + "\(request.isOn ? "on" : "off") --shard \(shard)."
            )
        }
        let change = AuditedSwitch(shard: shard, cache: request.isOn ? "on" : "off", reason: request.reason)
        try await directory.record(DirectoryAuditEntry(.updateShard, .cache, nil, changes: .created(change)), context)
        let reason = request.reason.map { "an operator switched it off: \($0)" }
        try await CacheGateStore(pool: end.pool).hold(!request.isOn, reason: reason ?? "")
    }
}

/// What the control plane's audit trail keeps of a switched cache; shards have no UUID to be the entity's id.
private struct AuditedSwitch: Encodable {
    let shard: ShardID
    let cache: String
    let reason: String?
}
