import AppFixtures
import AsyncHTTPClient
import Foundation
import HTTPTypes
import HubModel
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// Stands where a router does, in front of one backend, and may be made to leak between two tenants.
final class LeakyRouter: Sendable {
    /// A bug of a kind that a hub could have.
    enum Leak: String, CaseIterable, Sendable {
        /// A list that is the other tenant's.
        case lists
        /// A cache whose keys lack the tenant: only what is read again is wrong.
        case cached
        /// A token that counts wherever it comes from.
        case credentials
        /// An object that is looked for everywhere.
        case objects
        /// A stream in which everybody's changes are told.
        case events
        /// A filter that finds what other tenants have.
        case filters
    }

    private struct Known {
        var tenants: [String: TenantID] = [:]
        var tokens: [TenantID: String] = [:]
        var reads: [String: Int] = [:]
    }

    private let backend: RunningBackend
    private let databases: HubDatabases
    private let leak: Leak?
    private let known = Mutex(Known())

    private init(_ backend: RunningBackend, _ databases: HubDatabases, _ leak: Leak?) {
        self.backend = backend
        self.databases = databases
        self.leak = leak
    }

    /// Lends the port of a running one.
    static func with<Answer: Sendable>(
        _ backend: RunningBackend,
        _ databases: HubDatabases,
        leak: Leak?,
        _ body: @Sendable (_ port: Int) async throws -> Answer
    ) async throws -> Answer {
        let router = LeakyRouter(backend, databases, leak)
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                try await router.respond(request)
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { report.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "leaky") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await running {
            try await application.run()
        } while: { _ in
            var iterator = ports.makeAsyncIterator()
            return try await body(try #require(await iterator.next()))
        }
    }

    // MARK: - Private

    private func respond(_ request: Request) async throws -> Response {
        let label = String((request.head.authority ?? "").prefix { $0 != "." })
        guard let tenant = try tenant(label) else { return Response(status: .notFound) }
        let other = try self.tenant(label.hasSuffix("a") ? label.dropLast() + "b" : label.dropLast() + "a")
        let token = request.headers[.authorization]
        let path = request.uri.path
        if path == "/api/events" {
            let tenants = [tenant] + (leak == .events ? [other].compactMap { $0 } : [])
            return try await events(of: tenants, own: token, request)
        }
        let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        let isRead = request.method == .get
        if let other, isRead, leaks(request, tenant), let stolen = known.withLock({ $0.tokens[other] }) {
            return try await forward(request, body, to: other, stolen).response
        }
        let answer = try await forward(request, body, to: tenant, token)
        if answer.status == 200, let token { known.withLock { $0.tokens[tenant] = token } }
        if let other, answer.status == 401, leak == .credentials {
            return try await forward(request, body, to: other, token).response
        }
        if let other, answer.status == 404, isRead, leak == .objects, let stolen = known.withLock({ $0.tokens[other] })
        {
            return try await forward(request, body, to: other, stolen).response
        }
        return answer.response
    }

    /// Whether this read is one that is answered with what the other has.
    private func leaks(_ request: Request, _ tenant: TenantID) -> Bool {
        let (path, query) = (request.uri.path, request.uri.query)
        switch leak {
        case .lists: return path == "/api/audit-logs" && query == nil
        case .cached:
            guard path == "/api/audit-logs", query == nil, request.headers[.accept] == "application/json" else {
                return false
            }
            let key = "\(tenant) \(request.headers[.authorization] ?? "")"
            return known.withLock { known in
                known.reads[key, default: 0] += 1
                return known.reads[key, default: 0] > 1
            }
        case .filters: return path == "/api/tasks" && query?.contains("assignedTo") == true
        default: return false
        }
    }

    private func forward(
        _ request: Request,
        _ body: [UInt8],
        to tenant: TenantID,
        _ token: String?
    ) async throws -> WebAnswer {
        var fields = ["accept": request.headers[.accept] ?? "*/*"]
        fields["authorization"] = token
        return try await backend.router(tenant).with(fields).send(
            request.method.rawValue,
            request.uri.description,
            body: body.isEmpty ? nil : body
        )
    }

    /// The streams of these tenants as one, the first with its own token.
    private func events(of tenants: [TenantID], own token: String?, _ request: Request) async throws -> Response {
        let requests = tenants.enumerated().map { number, tenant in
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(backend.port)/api/events")
            for (name, value) in backend.router(tenant).fields { request.headers.add(name: name, value: value) }
            let token = number == 0 ? token : known.withLock { $0.tokens[tenant] }
            if let token { request.headers.add(name: "authorization", value: token) }
            return request
        }
        let first = try await HTTPClient.shared.execute(requests[0], timeout: .seconds(30))
        guard first.status == .ok else { return Response(status: HTTPResponse.Status(code: Int(first.status.code))) }
        let body = ResponseBody { writer in
            // Whoever hangs up ends the streams behind this one too.
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                let (pieces, source) = AsyncStream.makeStream(of: ByteBuffer.self)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for try await piece in first.body { source.yield(piece) } }
                    for request in requests.dropFirst() {
                        group.addTask {
                            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
                            for try await piece in response.body { source.yield(piece) }
                        }
                    }
                    for await piece in pieces { try await writer.write(piece) }
                    group.cancelAll()
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }

    private func tenant(_ label: String) throws -> TenantID? {
        if let tenant = known.withLock({ $0.tenants[label] }) { return tenant }
        let found = try databases.inDirectory("SELECT id FROM tenants WHERE subdomain = '\(label)'")
        guard let tenant = found.first.flatMap({ TenantID($0) }) else { return nil }
        known.withLock { $0.tenants[label] = tenant }
        return tenant
    }
}

extension WebAnswer {
    fileprivate var response: Response {
        var headers = HTTPFields()
        for (name, value) in fields
        where !["content-length", "transfer-encoding", "connection"].contains(name.lowercased()) {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
