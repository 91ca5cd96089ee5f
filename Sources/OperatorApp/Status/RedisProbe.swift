import HubModel
import Logging
import Reactor
import Redis
import Topology

/// Asks a Redis server for its version and run id.
struct RedisProbe: Sendable {
    let secrets: Secrets
    let reactors: ReactorGroup
    let limit: Duration

    /// Never throws: a server that does not answer is down, with the reason as its detail.
    func probe(_ process: TopologyProcess, region: RegionID) async -> PartStatus {
        do {
            let password = try secrets.secret(.redisPassword(region)).text
            let client = RedisClient(
                RedisConfiguration(
                    host: process.listen.host,
                    port: process.listen.port,
                    password: RedisPassword(password),
                    connectTimeout: limit,
                    commandTimeout: limit
                ),
                reactors: [reactors.next()],
                logger: Logger(label: "hubctl.redis") { _ in SwiftLogNoOpLogHandler() }
            )
            let information = try await withDeadline(limit) { try await client.serverInformation() }
            return PartStatus(
                process,
                .up,
                version: information["redis_version"],
                uptime: information["uptime_in_seconds"].flatMap { Int($0) },
                detail: information["run_id"].map { "run id \($0.prefix(12))" }
            )
        } catch {
            return PartStatus(process, .down, detail: "\(error)")
        }
    }
}

extension RedisClient {
    /// The fields of `INFO server`, with the client running for just this question.
    fileprivate func serverInformation() async throws -> [String: String] {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.run() }
            defer { group.cancelAll() }
            let text = try await command("INFO", "server").string ?? ""
            return text.split(whereSeparator: \.isNewline).reduce(into: [:]) { fields, line in
                guard let colon = line.firstIndex(of: ":") else { return }
                fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
            }
        }
    }
}
