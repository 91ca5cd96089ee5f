import AsyncHTTPClient
import FoundationEssentials
import HubWire
import NIOCore
import NIOHTTP1

/// Sends requests to one process, as a router, hub-control or a stranger would.
package struct WebClient: Sendable {
    /// As a browser's network stack, but it shows redirects instead of following them. It lives as long as the process.
    static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .milliseconds(500)))
        configuration.redirectConfiguration = .disallow
        // More than the usual 8, so that what is sent at once arrives at once.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    package let port: Int
    /// What every request carries.
    package var fields: [String: String]

    package init(port: Int, fields: [String: String] = [:]) {
        self.port = port
        self.fields = fields
    }

    package func with(_ fields: [String: String]) -> WebClient {
        WebClient(port: port, fields: self.fields.merging(fields) { $1 })
    }

    /// A client whose every request opens a connection of its own.
    package static func once(port: Int) -> WebClient { WebClient(port: port, fields: ["connection": "close"]) }

    /// The same client, signed in.
    package func bearing(_ token: String) -> WebClient { with(["authorization": "Bearer \(token)"]) }

    package func get(_ path: String) async throws -> WebAnswer { try await send("GET", path) }

    package func delete(_ path: String) async throws -> WebAnswer { try await send("DELETE", path) }

    package func post(_ path: String, _ body: some Encodable) async throws -> WebAnswer {
        try await send("POST", path, body: WireJSON.encode(body))
    }

    package func put(_ path: String, _ body: some Encodable) async throws -> WebAnswer {
        try await send("PUT", path, body: WireJSON.encode(body))
    }

    package func patch(_ path: String, _ body: some Encodable) async throws -> WebAnswer {
        try await send("PATCH", path, body: WireJSON.encode(body))
    }

    /// Puts JSON as it is written.
    package func put(_ path: String, json: String) async throws -> WebAnswer {
        try await send("PUT", path, body: Array(json.utf8))
    }

    /// Posts what a browser would for a form, from a page of the host itself.
    package func submit(_ path: String, _ form: [String: String]) async throws -> WebAnswer {
        let text = form.map { "\($0.key)=\(WebClient.encode($0.value))" }.joined(separator: "&")
        let client = with(["content-type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1:\(port)"])
        return try await client.send("POST", path, body: Array(text.utf8))
    }

    package func send(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> WebAnswer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        if let body {
            if !request.headers.contains(name: "content-type") {
                request.headers.add(name: "content-type", value: WireJSON.mediaType)
            }
            request.body = .bytes(body)
        }
        let start = ContinuousClock.now
        let response = try await WebClient.http.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return WebAnswer(
            status: Int(response.status.code),
            fields: response.headers,
            body: Array(bytes.readableBytesView),
            elapsed: .now - start
        )
    }

    // MARK: - Private

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
