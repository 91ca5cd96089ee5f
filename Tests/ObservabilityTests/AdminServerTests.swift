import CoreMetrics
import Logging
import Metrics
import ServiceLifecycle
import Testing

@testable import Observability

@Suite("The admin server")
struct AdminServerTests {
    /// Lends the port of a running server, which is stopped afterwards.
    private func withServer(
        registry: PrometheusRegistry = PrometheusRegistry(catalog: []),
        inspections: [Inspection] = [],
        patience: Duration = .seconds(2),
        readiness: @escaping @Sendable () async -> [Readiness.Component] = { [] },
        _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = AdminServer(
            host: "127.0.0.1",
            port: 0,
            key: "routers.router.admin",
            process: "router",
            registry: registry,
            inspections: inspections,
            readiness: readiness,
            patience: patience,
            onListening: { announce.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("A living process says so, with its name and version")
    func health() async throws {
        try await withServer { port throws in
            let answer = try await RawClient.send("GET", "/health", port: port)
            #expect(answer.head.hasPrefix("http/1.1 200 ok\r\n"))
            #expect(answer.head.contains("content-type: application/json"))
            #expect(answer.body.hasPrefix(#"{"status":"up","process":"router","version":""#))
        }
    }

    @Test("What a process shows besides comes as JSON, takes a query, and says what is wrong with one")
    func inspections() async throws {
        let greeting = Inspection("/greeting", "who is greeted") { query in
            guard let name = query["name"] else { throw Inspection.Refusal("Say a name.") }
            return ["hello": name]
        }
        try await withServer(inspections: [greeting]) { port throws in
            let good = try await RawClient.send("GET", "/greeting?other=1&name=a%2Fb", port: port)
            #expect(good.head.hasPrefix("http/1.1 200 ok\r\n") && good.body == #"{"hello":"a/b"}"#)
            let bad = try await RawClient.send("GET", "/greeting?nam=x", port: port)
            #expect(bad.head.hasPrefix("http/1.1 400 bad request\r\n") && bad.body == "Say a name.\n")
            let lost = try await RawClient.send("GET", "/greetings", port: port)
            #expect(lost.head.hasPrefix("http/1.1 404 not found\r\n"))
            #expect(lost.body == "Here are /health, /ready, /metrics and /greeting.\n")
        }
    }

    @Test("A process that is ready answers 200, one that is not 503 with the reason")
    func ready() async throws {
        try await withServer(readiness: { [Readiness.Component("directory", .degraded, detail: "old snapshot")] }) {
            port throws in
            let answer = try await RawClient.send("GET", "/ready?verbose", port: port)
            #expect(answer.head.hasPrefix("http/1.1 200 ok\r\n"))
            #expect(answer.body.contains(#"{"name":"directory","state":"degraded","detail":"old snapshot"}"#))
        }
        try await withServer(readiness: { [Readiness.Component("database", .down)] }) { port throws in
            let answer = try await RawClient.send("GET", "/ready", port: port)
            #expect(answer.head.hasPrefix("http/1.1 503 service unavailable\r\n"))
            #expect(answer.head.contains("retry-after: 1"))
            #expect(answer.body.contains(#""status":"unready""#))
        }
    }

    @Test("Checks that do not end in time count as down")
    func late() async throws {
        let forever: @Sendable () async -> [Readiness.Component] = {
            try? await Task.sleep(for: .seconds(3600))
            return []
        }
        try await withServer(patience: .milliseconds(10), readiness: forever) { port throws in
            let answer = try await RawClient.send("GET", "/ready", port: port)
            #expect(answer.head.hasPrefix("http/1.1 503 "))
            #expect(answer.body.contains("no result within 0.01 seconds"))
        }
    }

    @Test("The metrics are those of the registry, under Prometheus's media type")
    func metrics() async throws {
        let registry = PrometheusRegistry(catalog: MetricDescription.http)
        Counter(
            label: "hub_http_requests_total",
            dimensions: [("method", "GET"), ("route", "/api/projects"), ("status", "200")],
            factory: registry
        ).increment(by: 42)
        try await withServer(registry: registry) { port throws in
            let answer = try await RawClient.send("GET", "/metrics", port: port)
            #expect(answer.head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
            let exposition = try ExpositionReader(answer.body)
            let labels = ["method": "GET", "route": "/api/projects", "status": "200"]
            #expect(exposition.value("hub_http_requests_total", labels) == "42")
        }
    }

    @Test("HEAD gets the head of the answer and no body", arguments: ["/health", "/ready", "/metrics", "/nowhere"])
    func head(path: String) async throws {
        try await withServer { port throws in
            let head = try await RawClient.send("HEAD", path, port: port)
            let get = try await RawClient.send("GET", path, port: port)
            #expect(head.body.isEmpty)
            #expect(!get.body.isEmpty)
            let length = "content-length: \(get.body.utf8.count)"
            // The uptime is not part of it: both are asked within the same second or the lengths agree anyway.
            #expect(head.head.contains(length) || path == "/ready")
            #expect(head.head.split(separator: "\r\n").first == get.head.split(separator: "\r\n").first)
        }
    }

    @Test("An unknown path is 404 and another method 405")
    func refused() async throws {
        try await withServer { port throws in
            #expect(try await RawClient.send("GET", "/", port: port).head.hasPrefix("http/1.1 404 "))
            #expect(try await RawClient.send("GET", "/healthy", port: port).head.hasPrefix("http/1.1 404 "))
            let post = try await RawClient.send("POST", "/health", port: port)
            #expect(post.head.hasPrefix("http/1.1 405 "))
            #expect(post.head.contains("allow: get, head"))
        }
    }

    @Test("A connection serves several requests, also when they come at once")
    func keepAlive() async throws {
        try await withServer { port throws in
            let one = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
            let last = "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let text = try await RawClient.exchange(one + one + last, port: port)
            #expect(text.matches(of: /HTTP\/1.1 200/).count == 2)
            #expect(text.matches(of: /HTTP\/1.1 404/).count == 1)
        }
    }

    @Test("What is no HTTP ends its own connection and nothing else")
    func garbage() async throws {
        try await withServer { port throws in
            _ = try? await RawClient.exchange("\u{16}\u{3}\u{1}garbage\r\n\r\n", port: port)
            #expect(try await RawClient.send("GET", "/health", port: port).head.hasPrefix("http/1.1 200 "))
        }
    }

    @Test("A port in use is told in one sentence that says what to do")
    func portInUse() async throws {
        try await withServer { port throws in
            let second = AdminServer(
                host: "127.0.0.1",
                port: port,
                key: "routers.router.admin",
                process: "router",
                registry: PrometheusRegistry(catalog: []),
                readiness: { [] }
            )
            let error = await #expect(throws: ListenError.self) { try await second.run() }
            #expect(
                error?.description
                    == "cannot listen on 127.0.0.1:\(port) for /health, /ready and /metrics: another process listens there; stop it, or change routers.router.admin in the topology"
            )
        }
    }

    @Test("An address that the machine does not have is told")
    func foreignAddress() async throws {
        let server = AdminServer(
            host: "192.0.2.1",
            port: 9090,
            key: "routers.router.admin",
            process: "router",
            registry: PrometheusRegistry(catalog: []),
            readiness: { [] }
        )
        let error = await #expect(throws: ListenError.self) { try await server.run() }
        #expect(error?.code == .addressNotHere)
    }

    @Test("A graceful shutdown of the process ends the server, with a client still connected")
    func shutdown() async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = AdminServer(
            host: "127.0.0.1",
            port: 0,
            key: "routers.router.admin",
            process: "router",
            registry: PrometheusRegistry(catalog: []),
            readiness: { [] },
            onListening: { announce.yield($0) }
        )
        let group = ServiceGroup(configuration: .init(services: [server], logger: .init(label: "test")))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                tasks.addTask {
                    // Stays connected: nothing asks for the connection to be closed.
                    _ = try? await RawClient.exchange("GET /health HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
                }
                _ = try await RawClient.send("GET", "/health", port: port)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
