import AppFixtures
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

/// Talks to one host of a deployment through its router, as a browser or a script would.
struct HubClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: Data
        let elapsed: Duration

        /// The body as a JSON object.
        var object: [String: any Sendable] {
            get throws {
                let value = try JSONSerialization.jsonObject(with: body)
                return try #require(value as? [String: any Sendable], "a JSON object, not \(text.prefix(200))")
            }
        }

        var items: [[String: any Sendable]] {
            get throws { try #require(try object["items"] as? [[String: any Sendable]]) }
        }

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// It shows redirects instead of following them, and lives as long as the process.
    static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// `demo` for a tenant, nil for the apex.
    let subdomain: String?
    let port: Int
    var token: String?

    init(_ subdomain: String?, of deployment: Deployment, token: String? = nil) {
        self.init(subdomain, port: deployment.port, token: token)
    }

    /// A client of another port than the router's.
    init(_ subdomain: String?, port: Int, token: String?) {
        self.subdomain = subdomain
        self.port = port
        self.token = token
    }

    var host: String { (subdomain.map { "\($0)." } ?? "") + "hub.localhost:\(port)" }

    func get(_ path: String, accept: String = "application/json") async throws -> Answer {
        try await send(.GET, path, accept: accept)
    }

    func post(_ path: String, _ body: [String: any Sendable]) async throws -> Answer {
        try await send(.POST, path, body: JSONSerialization.data(withJSONObject: body))
    }

    func createTask(in project: String) async throws -> Answer {
        try await post("/api/projects/\(project)/tasks", ["title": "Answer the phone"])
    }

    /// Signs in and answers with a client that carries the token.
    func signedIn(_ email: String, _ password: String) async throws -> HubClient {
        let answer = try await post("/api/auth/login", ["email": email, "password": password])
        try #require(answer.status == 200, "login of \(email) on \(host) answered \(answer.status): \(answer.text)")
        var client = self
        client.token = try #require(try answer.object["token"] as? String)
        return client
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        body: Data? = nil,
        accept: String = "application/json",
        headers extra: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers.replaceOrAdd(name: "host", value: host)
        request.headers.replaceOrAdd(name: "accept", value: accept)
        if let token { request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)") }
        for (name, value) in extra { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.headers.replaceOrAdd(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body))
        }
        let clock = ContinuousClock()
        let start = clock.now
        let response = try await HubClient.http.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: Data(buffer: bytes),
            elapsed: clock.now - start
        )
    }
}

extension Deployment {
    /// The demo accounts' administrator on one of the demo tenants.
    func administrator(of subdomain: String) async throws -> HubClient {
        try await HubClient(subdomain, of: self).signedIn("admin@\(subdomain).com", "Demo@123")
    }
}
