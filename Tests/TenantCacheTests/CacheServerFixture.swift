import Caching
import HubModel
import HubTesting
import Reactor
import Redis

@testable import TenantCache

/// A real Redis, and one shard's cache in it.
struct CacheServerFixture {
    let redis: RedisServer
    let connection: RedisConnection
    let server: CacheServer
    let nonce = GateNonce(high: 7, low: 11)

    static let secret = Array("a secret of these tests".utf8)

    /// Lends a server whose sentinel is set, or whose memory is still empty.
    static func with(
        options: [String] = [],
        timing: CacheTiming = CacheTiming(),
        isInstalled: Bool = true,
        _ body: (CacheServerFixture) async throws -> Void
    ) async throws {
        let reactor = try Reactor(name: "tenant-cache-tests")
        defer { reactor.shutdown() }
        try await RedisServer.withServer(options: options) { redis in
            let configuration = RedisConfiguration(
                host: "127.0.0.1",
                port: redis.port,
                password: RedisPassword(redis.password),
                connectTimeout: .seconds(30),
                commandTimeout: .seconds(30)
            )
            try await RedisConnection.withConnection(configuration, on: reactor) { connection in
                let fixture = CacheServerFixture(
                    redis: redis,
                    connection: connection,
                    server: try CacheServerFixture.server(on: connection, timing: timing)
                )
                if isInstalled { _ = try await fixture.server.install(fixture.nonce) }
                try await body(fixture)
            }
        }
    }

    /// The cache of a shard on this connection.
    static func server(
        on connection: RedisConnection,
        shard: String = "us-1",
        secret: [UInt8] = secret,
        timing: CacheTiming = CacheTiming()
    ) throws -> CacheServer {
        guard let shard = ShardID(shard) else { throw NoSuchShard() }
        return CacheServer(connection, shard: shard, seal: CacheSeal(secret: secret), timing: timing)
    }

    /// Runs an operation under the nonce that is installed.
    func run(_ operation: CacheCommand<CachedBytes>.Operation) async -> CacheReply<CachedBytes>.Outcome? {
        await server.run(CacheCommand(nonce: nonce, operation))?.outcome
    }

    func read(_ key: CacheKey, _ token: FillToken) async -> CacheReading<CachedBytes>? {
        guard case .readings(let readings) = await run(.read([key], token)), readings.count == 1 else { return nil }
        return readings[0]
    }

    func fill(_ key: CacheKey, _ value: CachedBytes) async -> Int? {
        guard case .filled(let count) = await run(.fill([(key, value)], value.fill)) else { return nil }
        return count
    }

    /// What stands under a key, nil for nothing.
    func stored(_ key: CacheKey) async throws -> [UInt8]? {
        try await connection.command("GET", RedisArgument(server.namespace.name(key))).bytes
    }

    /// Milliseconds that an item has left to live; -1 for ever, -2 if it is not there.
    func remaining(_ key: CacheKey) async throws -> Int? {
        try await connection.command("PTTL", RedisArgument(server.namespace.name(key))).integer
    }

    /// The microsecond by the clock of Redis.
    func time() async throws -> Int {
        let parts = try await connection.command("TIME").array?.compactMap(\.integer) ?? []
        return parts.count == 2 ? parts[0] * 1_000_000 + parts[1] : 0
    }

    /// How many scripts the server has run.
    func scriptRuns() throws -> Int {
        try redis.ask("INFO commandstats").split(whereSeparator: \.isNewline).reduce(0) { sum, line in
            guard line.hasPrefix("cmdstat_eval") else { return sum }
            return sum + (line.split(separator: "calls=").last?.split(separator: ",").first.flatMap { Int($0) } ?? 0)
        }
    }
}

struct NoSuchShard: Error {}

extension CacheKey {
    /// A key of a tenant that the number names.
    static func sample(
        _ number: UInt8 = 1,
        _ subject: CacheSubject = .projects,
        gate: Int64 = 3,
        epoch: Int64 = 1
    ) -> CacheKey {
        CacheKey(
            tenant: TenantID(.numbered(number)),
            tenantEpoch: Epoch(rawValue: epoch),
            gateEpoch: GateEpoch(rawValue: gate),
            subject: subject
        )
    }
}

extension FillToken {
    static func numbered(_ number: UInt64) -> FillToken { FillToken(high: 0x0123_4567_89AB_CDEF, low: number) }
}
