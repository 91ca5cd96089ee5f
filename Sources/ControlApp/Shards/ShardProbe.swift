import AsyncHTTPClient
import Directory
import FoundationEssentials
import HubModel
import HubWire
import MoveEngine
import NIOCore
import Observability

/// Finds out how a shard is: asks each backend whether it is ready, and the database how much it holds and does.
struct ShardProbe: Sendable {
    private static let patience: TimeAmount = .milliseconds(900)

    private let http: HTTPClient
    private let databases: ShardDatabases

    init(http: HTTPClient, databases: ShardDatabases) {
        self.http = http
        self.databases = databases
    }

    /// The shards as super admins see them; all backends and databases are asked at once.
    func views(of shards: [ShardRecord]) async -> [ShardView] {
        async let loads = loads(of: shards.map(\.id))
        let states = await withTaskGroup(of: BackendView.self) { group in
            for backend in shards.flatMap(\.backends) {
                group.addTask { await view(of: backend) }
            }
            return await group.reduce(into: [:]) { $0[$1.name] = $1 }
        }
        let known = await loads
        return shards.map { shard in
            let backends = shard.backends.compactMap { states[$0.name] }
            return ShardView(
                id: shard.id,
                region: shard.region,
                state: shard.state,
                weight: shard.weight,
                tenants: shard.tenants,
                health: ShardProbe.health(of: backends),
                backends: backends,
                load: known[shard.id]
            )
        }
    }

    // MARK: - Private

    /// Of those databases that answer in time.
    private func loads(of shards: [ShardID]) async -> [ShardID: ShardLoadView] {
        await withTaskGroup(of: (ShardID, ShardLoad?).self) { group in
            for end in shards.compactMap({ databases[$0] }) {
                group.addTask {
                    await withTaskGroup(of: ShardLoad?.self) { race in
                        race.addTask { try? await ShardLoad.measure(in: end.pool) }
                        race.addTask {
                            try? await Task.sleep(for: .nanoseconds(ShardProbe.patience.nanoseconds))
                            return nil
                        }
                        let first = await race.next() ?? nil
                        race.cancelAll()
                        return (end.shard, first)
                    }
                }
            }
            return await group.reduce(into: [:]) { views, load in views[load.0] = load.1.map(ShardLoadView.init) }
        }
    }

    private func view(of backend: BackendRecord) async -> BackendView {
        let host = backend.host.contains(":") ? "[\(backend.host)]" : backend.host
        let endpoint = "\(host):\(backend.port)"
        func view(_ health: ShardHealth, _ detail: String?) -> BackendView {
            BackendView(name: backend.name, endpoint: endpoint, health: health, detail: detail)
        }
        do {
            let response = try await http.execute(
                HTTPClientRequest(url: "http://\(endpoint)/ready"),
                deadline: .now() + ShardProbe.patience
            )
            let body = try await response.body.collect(upTo: 1 << 16)
            let readiness = try JSONDecoder().decode(Readiness.self, from: Data(body.readableBytesView))
            let missing = readiness.components.filter { $0.state != .up }
            let detail = missing.map { "\($0.name) is \($0.state.rawValue)" }.joined(separator: ", ")
            guard readiness.isReady else { return view(.down, detail) }
            return missing.isEmpty ? view(.up, nil) : view(.degraded, detail)
        } catch is DecodingError {
            return view(.down, "it does not answer as a backend does")
        } catch {
            return view(.down, "it cannot be reached")
        }
    }

    private static func health(of backends: [BackendView]) -> ShardHealth {
        if !backends.isEmpty, backends.allSatisfy({ $0.health == .up }) { return .up }
        return backends.contains { $0.health != .down } ? .degraded : .down
    }
}

extension ShardLoadView {
    fileprivate init(_ load: ShardLoad) {
        self.init(
            rows: load.rows,
            bytes: load.bytes,
            sessions: load.sessions,
            activeSessions: load.activeSessions,
            transactions: load.transactions
        )
    }
}
