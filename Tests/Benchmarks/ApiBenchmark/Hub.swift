import AsyncHTTPClient
import FoundationEssentials
import HubTesting
import HubWire
import NIOCore
import NIOHTTP1

/// A local deployment, as its router and its folder of state show it.
struct Hub: Sendable {
    let home: String
    let port: Int

    init(environment: [String: String]) throws {
        guard let home = environment["HUB_HOME"], let port = environment["HUB_PORT"].flatMap(Int.init) else {
            throw BenchmarkFailure("HUB_HOME and HUB_PORT must name a running deployment; use compose/bench api")
        }
        self.home = home
        self.port = port
    }

    /// The processes that serve the tenants of shard us-1.
    static let backends = ["backend-us-1", "backend-us-1-b"]

    /// Their ports for metrics, from the router's port on.
    static let backendMetrics = [22, 23]

    func host(_ subdomain: String?) -> String { (subdomain.map { "\($0)." } ?? "") + "hub.localhost:\(port)" }

    func pid(of process: String) throws -> Int {
        let text = try String(contentsOfFile: "\(home)/run/\(process).pid", encoding: .utf8)
        guard let pid = Int(text.filter(\.isNumber)) else { throw BenchmarkFailure("no process \(process)") }
        return pid
    }

    /// Signs in, and answers with a client that carries the token.
    func signedIn(_ subdomain: String?, _ email: String, _ password: String) async throws -> HubClient {
        let client = HubClient(hub: self, subdomain: subdomain, token: nil)
        let answer = try await client.send(.POST, "/api/auth/login", ["email": email, "password": password])
        guard answer.status == 200 else {
            throw BenchmarkFailure("login of \(email) answered \(answer.status): \(answer.text)")
        }
        return HubClient(hub: self, subdomain: subdomain, token: try answer.decode(LoginAnswer.self).token)
    }

    func administrator(of subdomain: String) async throws -> HubClient {
        try await signedIn(subdomain, "admin@\(subdomain).com", "Demo@123")
    }

    /// Runs a query on the database of shard us-1 as its owner.
    func inShard(_ sql: String) throws -> String {
        let password = try String(contentsOfFile: "\(home)/secrets/shard-us-1-admin-password", encoding: .utf8)
        return try ChildProcess.run(
            [
                try PostgresCluster.program("psql"), "-h", "127.0.0.1", "-p", "\(port + 11)", "-U", "hub_admin",
                "-d", "hub_shard", "-Atc", sql,
            ],
            environment: ["PGPASSWORD": password.filter { !$0.isNewline }]
        )
    }
}

struct HubClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        let tag: String?
        let elapsed: Duration

        var text: String { String(decoding: body, as: UTF8.self) }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try WireJSON.decode(type, from: body) }
    }

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(5)))
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let hub: Hub
    let subdomain: String?
    let token: String?

    func get(_ path: String) async throws -> Answer { try await send(.GET, path, [String: String]?.none) }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: (some Encodable)?,
        ifMatch: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(hub.port)\(path)")
        request.method = method
        request.headers = ["host": hub.host(subdomain)]
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let ifMatch { request.headers.add(name: "if-match", value: ifMatch) }
        if let body {
            request.headers.add(name: "content-type", value: WireJSON.mediaType)
            request.body = .bytes(try WireJSON.encode(body))
        }
        let start = ContinuousClock.now
        let response = try await HubClient.http.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: Int(response.status.code),
            body: Array(bytes.readableBytesView),
            tag: response.headers.first(name: "etag"),
            elapsed: .now - start
        )
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
