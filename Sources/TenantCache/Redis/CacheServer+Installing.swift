package import Caching
package import Redis

extension CacheServer {
    /// Makes the server ready for an opening of the gate: it is fit for the protocol, takes writes, and has this nonce in the
    /// shard's sentinel, so that nothing asked for under an earlier one is answered any more.
    ///
    /// - Returns: the process that holds the nonce now, for the gate's row.
    /// - Throws: one sentence for an operator when the server is a replica, may evict fences, or refuses to write.
    package func install(_ nonce: GateNonce) async throws(RedisError) -> RunID {
        let response = try await redis.pipeline([["INFO", "memory"], ["INFO", "replication"]])
        if let line = response.replies.lazy.compactMap(\.errorLine).first { throw unfit("answered \"\(line)\"") }
        let information = RedisInformation(response.replies)
        guard information["role"] == "master" else {
            throw unfit("is a replica, which cannot hold a cache: name the primary in the configuration")
        }
        let policy = information["maxmemory_policy"] ?? "unknown"
        guard policy == "noeviction" || policy.hasPrefix("volatile-") else {
            throw unfit(
                "has the maxmemory-policy \(policy), under which the fences of the cache could be evicted: "
                    + "set it to volatile-lru"
            )
        }
        // The trial of writing is the write itself; a server without memory refuses it.
        let written = try await redis.send(["SET", RedisArgument(namespace.sentinel), RedisArgument(nonce.hexadecimal)])
        guard written.runID == response.runID else { throw unfit("was restarted while it was made ready") }
        return RunID(rawValue: written.runID)
    }

    // MARK: - Private

    private func unfit(_ message: String) -> RedisError {
        RedisError(.rejected, .answered, endpoint: redis.endpoint, message: message)
    }
}
