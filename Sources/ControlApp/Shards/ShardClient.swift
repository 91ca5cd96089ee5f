import AsyncHTTPClient
import Directory
import Glibc
import HubModel
import HubWeb
import HubWire
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Observability

/// Asks a shard's backends for what only control may ask, signed like a router's requests.
///
/// Every request may be repeated, so one that is not answered goes to the next backend.
struct ShardClient: Sendable {
    private let directory: DirectoryStore
    private let http: HTTPClient
    private let signer: RequestSigner
    private let requestTimeout: Duration
    private let now: WallClock
    private let logger: Logger

    init(
        directory: DirectoryStore,
        http: HTTPClient,
        signer: RequestSigner,
        requestTimeout: Duration,
        now: @escaping WallClock,
        logger: Logger
    ) {
        self.directory = directory
        self.http = http
        self.signer = signer
        self.requestTimeout = requestTimeout
        self.now = now
        self.logger = logger
    }

    /// Creates a tenant on a shard; done again, it changes nothing.
    ///
    /// - Parameter expiry: no backend begins this after then, give or take the clocks' skew.
    func create(
        _ creation: InternalTenantCreation,
        on shard: ShardID,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalTenantCreated {
        let tenant = RoutedTenant(tenant: creation.tenantId, epoch: creation.epoch)
        let body = try encode(creation)
        return try await send(Call(.POST, InternalPath.tenants, tenant, body, expiry, requestID), to: shard)
    }

    /// Erases a tenant from a shard; done again, it changes nothing and gives the proof of the first time.
    func erase(
        _ tenant: RoutedTenant,
        from shard: ShardID,
        as erasure: ErasureID,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalTenantErased {
        let path = InternalPath.erasure(erasure, of: tenant.tenant)
        return try await send(Call(.DELETE, path, tenant, [], expiry, requestID), to: shard)
    }

    /// What a tenant's shard knows of it.
    func settings(
        of tenant: RoutedTenant,
        on shard: ShardID,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalTenantSettings {
        try await send(Call(.GET, InternalPath.tenant(tenant.tenant), tenant, [], expiry, requestID), to: shard)
    }

    /// Changes a tenant on its shard; done again, it changes nothing.
    func change(
        _ tenant: RoutedTenant,
        _ change: InternalTenantChange,
        on shard: ShardID,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalTenantSettings {
        let body = try encode(change)
        return try await send(
            Call(.PUT, InternalPath.tenant(tenant.tenant), tenant, body, expiry, requestID),
            to: shard
        )
    }

    /// Makes a ticket for a session of a user of the tenant; done again, it makes another.
    func impersonate(
        _ tenant: RoutedTenant,
        _ impersonation: InternalImpersonation,
        on shard: ShardID,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalImpersonationTicket {
        let (path, body) = (InternalPath.impersonations(tenant.tenant), try encode(impersonation))
        return try await send(Call(.POST, path, tenant, body, expiry, requestID), to: shard)
    }

    /// Has one of the backends read a tenant through the shard's cache; done again, it changes nothing.
    ///
    /// - Parameter backends: of the tenant's shard, the one to ask first in front.
    func warm(
        _ tenant: RoutedTenant,
        through backends: [BackendRecord],
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalCacheWarming {
        try await send(
            Call(.POST, InternalPath.cacheWarming(tenant.tenant), tenant, [], expiry, requestID),
            to: backends,
            otherwise: "the shard has no backend"
        )
    }

    /// Has a backend of the shard end the shard's service of the tenant, for a move; done again, it changes nothing.
    func freeze(
        _ tenant: RoutedTenant,
        on shard: ShardID,
        _ freeze: InternalFreeze,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalFrozen {
        let (path, body) = (InternalPath.freeze(tenant.tenant), try encode(freeze))
        return try await send(Call(.POST, path, tenant, body, expiry, requestID), to: shard)
    }

    /// Removes what the shard's cache has of a tenant that has left it.
    ///
    /// - Parameter tenant: at the epoch from which on another shard serves it.
    func removeCachedItems(
        of tenant: RoutedTenant,
        on shard: ShardID,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalCacheRemoval {
        try await send(
            Call(.DELETE, InternalPath.cachedItems(tenant.tenant), tenant, [], expiry, requestID),
            to: shard
        )
    }

    /// How the backends of the shard that answer see its cache; each of them has a warm connection afterwards.
    func cacheStatuses(of shard: ShardID, until expiry: Timestamp, requestID: String) async -> [InternalCacheStatus] {
        guard let backends = try? await backends(of: shard) else { return [] }
        return await withTaskGroup(of: InternalCacheStatus?.self) { group in
            for backend in backends {
                group.addTask {
                    let call = Call(.GET, InternalPath.cache(tenants: 0), nil, [], expiry, requestID)
                    return try? await ask(backend, call, within: ShardClient.inspectionTimeout)
                }
            }
            return await group.reduce(into: []) { if let status = $1 { $0.append(status) } }
        }
    }

    /// How the cache of a shard is doing, as one backend sees it.
    ///
    /// - Parameter tenants: of how many tenants to tell what they have in Redis.
    func cacheStatus(
        of backend: BackendRecord,
        tenants: Int,
        until expiry: Timestamp,
        requestID: String
    ) async throws(ShardClientError) -> InternalCacheStatus {
        try await ask(
            backend,
            Call(.GET, InternalPath.cache(tenants: tenants), nil, [], expiry, requestID),
            within: ShardClient.inspectionTimeout
        )
    }

    // MARK: - Private

    /// A person waits for the answer, and those of the other backends.
    private static let inspectionTimeout: Duration = .seconds(2)

    private struct Call {
        let method: HTTPMethod
        let path: String
        /// Nil for a call about the backend itself.
        let routed: RoutedTenant?
        let body: [UInt8]
        let expiry: Timestamp
        let requestID: String

        init(
            _ method: HTTPMethod,
            _ path: String,
            _ routed: RoutedTenant?,
            _ body: [UInt8],
            _ expiry: Timestamp,
            _ requestID: String
        ) {
            self.method = method
            self.path = path
            self.routed = routed
            self.body = body
            self.expiry = expiry
            self.requestID = requestID
        }
    }

    private func encode(_ value: some Encodable) throws(ShardClientError) -> [UInt8] {
        do {
            return try WireJSON.encode(value)
        } catch {
            throw ShardClientError(.refused, "the request cannot be encoded", underlying: error)
        }
    }

    private func send<Answer: Decodable>(_ call: Call, to shard: ShardID) async throws(ShardClientError) -> Answer {
        try await send(call, to: backends(of: shard), otherwise: "no backend of shard \(shard) is known")
    }

    /// - Parameter none: what is wrong when there are no backends.
    private func send<Answer: Decodable>(
        _ call: Call,
        to backends: [BackendRecord],
        otherwise none: String
    ) async throws(ShardClientError) -> Answer {
        var worst = ShardClientError(.notSent, none)
        for backend in backends where now() < call.expiry {
            do {
                return try await ask(backend, call, within: requestTimeout)
            } catch {
                guard error.code != .refused else { throw error }
                logger.warning(
                    "a backend did not do what control asked",
                    metadata: .fields([
                        .backend: "\(backend.name)", .requestID: "\(call.requestID)", .error: "\(error)",
                    ])
                )
                // Once the outcome is unknown it stays so, whatever another backend says.
                if worst.code == .notSent { worst = error }
            }
        }
        throw worst
    }

    /// The shard's backends, in an order that spreads the work.
    private func backends(of shard: ShardID) async throws(ShardClientError) -> [BackendRecord] {
        do {
            return try await directory.shards().first { $0.id == shard }?.backends.shuffled() ?? []
        } catch {
            throw ShardClientError(.notSent, "the shard's backends cannot be looked up", underlying: error)
        }
    }

    private func ask<Answer: Decodable>(
        _ backend: BackendRecord,
        _ call: Call,
        within timeout: Duration
    ) async throws(ShardClientError) -> Answer {
        let status: UInt
        let body: [UInt8]
        do {
            let response = try await http.execute(
                request(to: backend, call),
                deadline: .now() + .nanoseconds(Int64(timeout / .nanoseconds(1)))
            )
            status = response.status.code
            body = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        } catch  where ShardClient.isConnectFailure(error) {
            throw ShardClientError(.notSent, "backend \(backend.name) cannot be reached", underlying: error)
        } catch {
            throw ShardClientError(.unknown, "backend \(backend.name) did not answer", underlying: error)
        }
        switch status {
        case 200..<300:
            do {
                return try WireJSON.decode(Answer.self, from: body)
            } catch {
                throw ShardClientError(.unknown, "backend \(backend.name) gave an answer that was not understood")
            }
        case 400..<500 where status != 408 && status != 429:
            let problem = try? WireJSON.decode(Problem.self, from: body)
            throw ShardClientError(
                .refused,
                "backend \(backend.name) refused (\(status)): \(problem?.detail ?? "")",
                problem: problem
            )
        default:
            throw ShardClientError(.unknown, "backend \(backend.name) answered \(status)")
        }
    }

    /// Whether a request failed before any of it was sent.
    private static func isConnectFailure(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .connectTimeout
        case is NIOConnectionError: true
        case let error as IOError: [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
        default: false
        }
    }

    private func request(to backend: BackendRecord, _ call: Call) -> HTTPClientRequest {
        let host = backend.host.contains(":") ? "[\(backend.host)]" : backend.host
        var request = HTTPClientRequest(url: "http://\(host):\(backend.port)\(call.path)")
        request.method = call.method
        request.headers = [
            HubHeader.signature: signer.sign(
                tenant: call.routed?.tenant,
                epoch: call.routed?.epoch,
                scope: .control,
                expiry: call.expiry
            ),
            HubHeader.requestID: call.requestID,
        ]
        if let routed = call.routed {
            request.headers.add(name: HubHeader.tenant, value: "\(routed.tenant)")
            request.headers.add(name: HubHeader.epoch, value: "\(routed.epoch)")
        }
        if !call.body.isEmpty {
            request.headers.add(name: "content-type", value: WireJSON.mediaType)
            request.body = .bytes(call.body)
        }
        return request
    }
}
