import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// A canary tenant's host, reached as its people reach it: by its public URL, through a router.
struct CanaryHost: Sendable {
    let subdomain: Subdomain
    private let base: String
    private let host: String
    private let pace: RequestPace

    init(_ subdomain: Subdomain, in topology: Topology, pace: RequestPace) {
        self.subdomain = subdomain
        self.pace = pace
        let url = topology.url(of: subdomain)
        host = String(url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...])
        // Names below localhost are this machine (RFC 6761 section 6.3), which not every resolver knows.
        let isLocal = topology.baseDomain.hasSuffix("localhost")
        base = isLocal ? topology.publicURL.url(host: "127.0.0.1") : url
    }

    /// Sends one request in its turn; where the hub asks to wait a moment, once more.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        token: String? = nil,
        accept: String = "application/json",
        body: JSONValue? = nil
    ) async throws -> HTTPExchange.Answer {
        let exchange = try exchange(method, path, token: token, accept: accept, body: body)
        for _ in 0..<2 {
            try await pace.turn()
            let answer = try await exchange.send()
            guard answer.status == 429 || answer.status == 503, let wait = answer.retryAfter else { return answer }
            try await Task.sleep(for: min(wait, .seconds(10)))
        }
        try await pace.turn()
        return try await exchange.send()
    }

    /// Sends a request that must succeed, and reads its answer.
    func ask<Answer: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        token: String? = nil,
        body: JSONValue? = nil,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let answer = try await send(method, path, token: token, body: body)
        guard (200..<300).contains(answer.status) else {
            let problem = try? WireJSON.decode(Problem.self, from: Array(answer.body))
            throw OperatorError(
                answer.status >= 500 ? .unreachable : .failed,
                "\(method) \(host)\(path) answers \(answer.status): \(problem?.detail ?? "no reason is given")"
            )
        }
        return try WireJSON.decode(type, from: Array(answer.body))
    }

    /// The request as it is sent.
    func exchange(
        _ method: HTTPMethod,
        _ path: String,
        token: String?,
        accept: String,
        body: JSONValue?
    ) throws -> HTTPExchange {
        var exchange = HTTPExchange(method: method, url: base + path, timeout: .seconds(15))
        exchange.headers = [("host", host), ("accept", accept)]
        if let token { exchange.headers.append(("authorization", "Bearer \(token)")) }
        if let body {
            exchange.headers.append(("content-type", WireJSON.mediaType))
            exchange.body = try WireJSON.encode(body)
        }
        return exchange
    }
}

extension HTTPExchange.Answer {
    /// `Retry-After` in seconds.
    fileprivate var retryAfter: Duration? {
        headers.first { $0.name.lowercased() == "retry-after" }.flatMap { Int($0.value) }.map { .seconds($0) }
    }
}
