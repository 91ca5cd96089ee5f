package import RouterApp

/// A router with an origin for each of two tenants, which echo what they receive, and the access log of it all.
package final class ConformanceLab: Sendable {
    package let router: TestRouter
    private let origins: [String: RawOrigin]

    private init(router: TestRouter, origins: [String: RawOrigin]) {
        self.router = router
        self.origins = origins
    }

    /// What is left when the router has stopped.
    package struct Record: Sendable {
        package let lines: [AccessLines.Line]
        /// By the name that the log has for the origin, in the order of their coming.
        package let received: [String: [WireRequest]]
        package let violations: [String]
    }

    /// Lends a lab.
    ///
    /// - Returns: the record of everything that happened in it.
    package static func with(
        settings change: @escaping @Sendable (inout ProxySettings) -> Void = { _ in },
        _ body: @escaping @Sendable (ConformanceLab) async throws -> Void
    ) async throws -> Record {
        try await RawOrigin.with(Echo.script(of: "backend-us-1-0")) { us in
            try await RawOrigin.with(Echo.script(of: "backend-eu-1-0")) { eu in
                let log = AccessLines()
                let origins = ["backend-us-1-0": us, "backend-eu-1-0": eu]
                try await TestRouter.with(
                    directory(us: [us.port], eu: [eu.port]),
                    accessLog: log.writer,
                    settings: change
                ) { router in
                    try await body(ConformanceLab(router: router, origins: origins))
                }
                return Record(
                    lines: try log.read(),
                    received: origins.mapValues { $0.requests.map(\.wire) },
                    violations: origins.values.flatMap(\.violations)
                )
            }
        }
    }

    /// A request to the other tenant, whose answer must be its own.
    package static func canary(_ number: Int) -> String {
        "GET /canary-\(number) HTTP/1.1\r\nHost: globex.hub.test\r\nConnection: close\r\n\r\n"
    }

    /// Sends bytes over a connection of their own, and returns everything that comes until the router closes.
    package func exchange(_ bytes: [UInt8], _ delivery: Delivery) async throws -> [UInt8] {
        let client = try await router.connect()
        await delivery.send(bytes, over: client)
        try await client.waitUntilClosed()
        return client.bytes
    }
}

extension ConformanceLab.Record {
    /// What is wrong with the record, whatever the clients sent: origins received exactly the requests that the router
    /// logged as answered by them, in its reading, for the right tenant.
    package func contradictions() -> [String] {
        var complaints = violations
        let tenants = ["backend-us-1-0": "\(TestRouter.acme)", "backend-eu-1-0": "\(TestRouter.globex)"]
        for (origin, requests) in received {
            let logged = Dictionary(lines.filter { $0.backend == origin }.map { ($0.request_id, $0) }) { first, _ in
                first
            }
            for request in requests {
                let path = String(request.target.prefix { $0 != "?" })
                guard let line = logged[request.requestID] else {
                    complaints.append("\(origin) received \(request.line), which is not in the log")
                    continue
                }
                let isSame = line.method == request.method && line.path == path && line.host == request.host
                if !isSame {
                    complaints.append("\(origin) received \(request.line) of \(request.host), logged was \(line)")
                }
                if request.tenant != tenants[origin] || line.tenant != tenants[origin] {
                    complaints.append("\(origin) received \(request.line) for \(request.tenant ?? "nobody")")
                }
            }
            let answered = lines.filter { $0.backend == origin && $0.status == 200 }.map(\.request_id)
            let known = Set(requests.map(\.requestID))
            if Set(answered).count != answered.count { complaints.append("\(origin) answered a request twice") }
            if let id = answered.first(where: { !known.contains($0) }) {
                complaints.append("\(id) is logged as answered by \(origin), which has never seen it")
            }
        }
        return complaints
    }
}
