package import Caching
package import HubModel
package import Redis

/// The items of one shard in its region's Redis: runs the protocol's commands there, as `CacheKeyspace` defines them.
///
/// It decides nothing: whether a reply may be believed is for the gate's lease to say.
package struct CacheServer: Sendable {
    let redis: any RedisCommands
    let namespace: CacheNamespace
    let seal: CacheSeal
    let timing: CacheTiming
    let counters = CacheServerCounters()
    /// Replaced by tests alone, which plant flaws in them.
    var scripts = CacheScripts()

    package init(_ redis: any RedisCommands, shard: ShardID, seal: CacheSeal, timing: CacheTiming = CacheTiming()) {
        self.redis = redis
        self.namespace = CacheNamespace(shard)
        self.seal = seal
        self.timing = timing
    }

    package var statistics: CacheServerStatistics { counters.snapshot() }

    /// Runs a command; what it does is done at once or not at all.
    ///
    /// - Returns: nil without a usable answer. The command may have been run nevertheless, or may be run yet.
    package func run(_ command: CacheCommand<CachedBytes>) async -> CacheReply<CachedBytes>? {
        await run(command, now: nil)
    }

    /// - Parameter now: the time that fences are put up at and judged by; nil for that of Redis, which tests alone replace.
    func run(_ command: CacheCommand<CachedBytes>, now: MonotonicTime?) async -> CacheReply<CachedBytes>? {
        counters.countCommand()
        do throws(RedisError) {
            if let reply = try await attempt(command, clock: now.map { RedisArgument($0.microseconds) } ?? "") {
                return reply
            }
            counters.countError("Redis at \(redis.endpoint) gave an answer that cannot be read.")
        } catch {
            counters.countError("\(error)")
        }
        return nil
    }

    // MARK: - Private

    private func attempt(
        _ command: CacheCommand<CachedBytes>,
        clock: RedisArgument
    ) async throws(RedisError) -> CacheReply<CachedBytes>? {
        let nonce = command.nonce
        switch command.operation {
        case .read(let keys, let token):
            return try await read(keys, token, nonce, clock: clock)
        case .fill(let values, let token):
            var arguments = [RedisArgument(token.hexadecimal)]
            for (key, value) in values {
                arguments += [RedisArgument(lifetime()), RedisArgument(sealed(value, key))]
            }
            return try await execute(scripts.fill, values.map(\.key), nonce, arguments) { .filled($0) }
        case .fence(let keys, let writer):
            return try await execute(scripts.fence, keys, nonce, [clock, RedisArgument(writer.rawValue)]) { _ in
                .fenced
            }
        case .unfence(let keys, let writers):
            let arguments = writers.map { RedisArgument($0.rawValue) }
            return try await execute(scripts.unfence, keys, nonce, arguments) { _ in .unfenced }
        }
    }

    /// Runs a script whose reply is a number that is negative when the sentinel was wrong.
    private func execute(
        _ script: RedisScript,
        _ keys: [CacheKey],
        _ nonce: GateNonce,
        _ arguments: [RedisArgument],
        _ outcome: (Int) -> CacheReply<CachedBytes>.Outcome
    ) async throws(RedisError) -> CacheReply<CachedBytes>? {
        let response = try await redis.execute(
            script,
            keys: [RedisArgument(namespace.sentinel)] + keys.map { RedisArgument(namespace.name($0)) },
            arguments: [RedisArgument(nonce.hexadecimal)] + arguments
        )
        guard case .integer(let number) = response.reply else { return nil }
        return CacheReply(server: RunID(rawValue: response.runID), number < 0 ? .foreign : outcome(number))
    }

    private func sealed(_ value: CachedBytes, _ key: CacheKey) -> [UInt8] {
        var item: [UInt8] = []
        item.reserveCapacity(1 + value.bytes.count + CacheSeal.overhead)
        item.append(CacheServer.valueTag)
        seal.append(value, under: namespace.name(key), to: &item)
        return item
    }

    /// Milliseconds that a value lives, a little less for some, so that what was filled together is not missed together.
    private func lifetime() -> Int {
        max(1, Int(timing.valueLifetime / .milliseconds(1) * .random(in: 0.9...1)))
    }
}
