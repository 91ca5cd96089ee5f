import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1

/// Tries every route of two canaries' hosts for a way from one to the other.
///
/// Each probe touches the canaries only. An answer is judged by what it shows, not by its words: what belongs to the other
/// must not be in it, and what was refused must have changed nothing.
struct IsolationCheck: Sendable {
    let routes: [ProbeRoute]
    let canaries: [Canary]
    private let progress: ProgressReporter
    private var tally = ProbeTally()

    /// - Parameter report: makes the reporter for a number of probes.
    init(routes: [ProbeRoute], canaries: [Canary], report: (_ total: Int) -> ProgressReporter) {
        self.routes = routes
        self.canaries = canaries
        progress = report(IsolationCheck.size(routes, canaries))
    }

    /// Probes from each canary to the other.
    mutating func run() async throws -> ProbeTally {
        for (own, other) in pairs { try await probeEvents(own, other) }
        var before: [[String]] = []
        for canary in canaries { before.append(try await canary.state()) }
        for (own, other) in pairs {
            try await probePasswords(own, other)
            for role in own.tokens.indices {
                try await probeTokens(own, other, role)
                try await probeObjects(own, other, role)
                try await probeReferences(own, other, role)
                for kind in [ProbeTally.Kind.lists, .cached] { try await probeLists(kind, own, other, role) }
                try await probeFilters(own, other, role)
            }
        }
        for (canary, state) in zip(canaries, before) { try await compare(canary, state) }
        progress.finish()
        return tally
    }

    // MARK: - Private

    /// How many probes there will be.
    private static func size(_ routes: [ProbeRoute], _ canaries: [Canary]) -> Int {
        let ids = canaries[0].objects.count
        let perRole = routes.reduce(0) { sum, route in
            let references = (route.body?.references.count ?? 0) * ids
            let reads = route.method == .GET && !route.isStream ? 2 * route.mediaTypes.count : 0
            let filters = route.method == .GET ? route.filters.reduce(0) { $0 + ($1.takesID ? ids : 1) } : 0
            return sum + (route.isOpen ? 0 : 1) + (route.parameters.isEmpty ? 0 : 1) + references + reads + filters
        }
        let streams = routes.filter(\.isStream).count
        return canaries.count * (streams + 1 + canaries[0].tokens.count * perRole + Canary.statePaths)
    }

    private var pairs: [(own: Canary, other: Canary)] {
        [(canaries[0], canaries[1]), (canaries[1], canaries[0])]
    }

    /// The other's token is nobody's here, whatever it asks for.
    private mutating func probeTokens(_ own: Canary, _ other: Canary, _ role: Int) async throws {
        for route in routes where !route.isOpen {
            let path = route.path(own.objects, otherwise: other.nonce)
            let body = route.body.map { JSONValue.object($0.example) }
            try await probe(.credentials, route, on: own.host, path, token: other.tokens[role], body: body) { answer in
                if answer.status == 401 { return nil }
                if let mark = answer.mark(of: own, not: path) { return .leak("the other's token is shown \(mark)") }
                return answer.isSuccess ? .leak("\(answer.status) for the other's token") : answer.refusal
            }
        }
    }

    private mutating func probePasswords(_ own: Canary, _ other: Canary) async throws {
        let body = JSONValue.object([
            "email": .string(other.credentials.email), "password": .string(other.credentials.password),
        ])
        for route in routes where route.name == "POST /api/auth/login" {
            try await probe(.credentials, route, on: own.host, route.path, token: nil, body: body) { answer in
                answer.isSuccess ? .leak("the other's password signs in") : answer.refusal
            }
        }
    }

    /// What the other has is not there, with a token of one's own.
    private mutating func probeObjects(_ own: Canary, _ other: Canary, _ role: Int) async throws {
        for route in routes where !route.parameters.isEmpty {
            let path = route.path(other.objects, otherwise: other.nonce)
            let body = route.body.map { JSONValue.object($0.example) }
            try await probe(.objects, route, on: own.host, path, token: own.tokens[role], body: body) { answer in
                if let mark = answer.mark(of: other, not: path) { return .leak("shows \(mark)") }
                if answer.isSuccess { return .leak("\(answer.status) for the other's object") }
                // Not found, or not for this role; a complaint about something else does not say what would have been.
                return [403, 404].contains(answer.status) ? nil : .open("answers \(answer.status)")
            }
        }
    }

    /// Nothing of one's own can point to what the other has.
    private mutating func probeReferences(_ own: Canary, _ other: Canary, _ role: Int) async throws {
        for route in routes {
            guard let (references, example) = route.body else { continue }
            let path = route.path(own.objects, otherwise: own.nonce)
            for member in references {
                for id in other.objects.values.sorted() {
                    let body = JSONValue.object(example.merging([member: .string(id)]) { $1 })
                    try await probe(.references, route, on: own.host, path, token: own.tokens[role], body: body) {
                        answer in
                        if let mark = answer.mark(of: other, not: id) { return .leak("shows \(mark)") }
                        return answer.isSuccess ? .leak("takes the other's id as \(member)") : answer.refusal
                    }
                }
            }
        }
    }

    /// What one is shown of one's own holds nothing of the other, in any of its forms.
    private mutating func probeLists(
        _ kind: ProbeTally.Kind,
        _ own: Canary,
        _ other: Canary,
        _ role: Int
    ) async throws {
        for route in routes where route.method == .GET && !route.isStream {
            let path = route.path(own.objects, otherwise: own.nonce)
            let isKnown = route.parameters.allSatisfy { own.objects[$0] != nil }
            for mediaType in route.mediaTypes {
                try await probe(kind, route, on: own.host, path, token: own.tokens[role], accept: mediaType) { answer in
                    if let mark = answer.mark(of: other, not: path) { return .leak("shows \(mark)") }
                    if answer.isSuccess { return nil }
                    // An administrator sees everything; to others some of it is forbidden.
                    let isForbidden = answer.status == 403 && role > 0
                    return isForbidden || !isKnown ? answer.refusal : .open("answers \(answer.status)")
                }
            }
        }
    }

    private mutating func probeFilters(_ own: Canary, _ other: Canary, _ role: Int) async throws {
        for route in routes where route.method == .GET {
            for filter in route.filters {
                for value in filter.takesID ? other.objects.values.sorted() : [other.nonce] {
                    let path =
                        route.path(own.objects, otherwise: own.nonce) + HTTPExchange.query([(filter.name, value)])
                    try await probe(.filters, route, on: own.host, path, token: own.tokens[role]) { answer in
                        if let mark = answer.mark(of: other, not: value) { return .leak("shows \(mark)") }
                        guard answer.isSuccess else { return answer.refusal }
                        let total = (try? WireJSON.decode(JSONValue.self, from: answer.body))?.at("total")
                        return total == .integer(0) ? nil : .leak("finds something by what only the other has")
                    }
                }
            }
        }
    }

    /// One's own stream tells one's own changes, and none of the other's.
    private mutating func probeEvents(_ own: Canary, _ other: Canary) async throws {
        for route in routes where route.isStream {
            let exchange = try own.host.exchange(
                route.method,
                route.path(own.objects, otherwise: own.nonce),
                token: own.administrator,
                accept: "text/event-stream",
                body: nil
            )
            let text = try? await withDeadline(.seconds(15)) {
                try await exchange.withStream { status, chunks in
                    guard status == 200 else { return "" }
                    return try await IsolationCheck.listen(chunks, own, other)
                }
            }
            progress.add(1)
            guard let text, !text.isEmpty else {
                tally.leaveOpen(.events, route.name, "the canary's own changes were not told")
                continue
            }
            if let mark = other.marks.first(where: text.lowercased().contains) {
                tally.record(leak(.events, route, own.host, route.path, "tells of \(mark)"), route.name)
            } else {
                tally.pass(.events, route.name)
            }
        }
    }

    /// What a stream tells while the other's project and then one's own is changed, twice.
    private static func listen(
        _ chunks: HTTPExchange.Chunks,
        _ own: Canary,
        _ other: Canary
    ) async throws -> String {
        var chunks = chunks
        var bytes: [UInt8] = []
        let project = own.objects["project"] ?? ""
        for told in 0...2 {
            // The first piece says that the stream has begun; each of the others follows a change of both.
            if told > 0 {
                try await other.stir()
                try await own.stir()
            }
            while bytes.isEmpty || String(decoding: bytes, as: UTF8.self).lowercased().ranges(of: project).count < told
            {
                guard let chunk = try await chunks.next() else { return "" }
                bytes += chunk
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func compare(_ canary: Canary, _ before: [String]) async throws {
        for (old, new) in zip(before, try await canary.state()) {
            let path = String(old.prefix { $0 != ":" }.dropFirst("GET ".count))
            progress.add(1)
            if old == new {
                tally.pass(.unchanged, path)
            } else {
                let leak = ProbeTally.Leak(
                    kind: .unchanged,
                    host: canary.host.subdomain.rawValue,
                    method: "GET",
                    path: path,
                    seen: "was changed from outside"
                )
                tally.record(leak, path)
            }
        }
    }

    private enum Finding {
        case leak(String)
        /// The answer proves nothing.
        case open(String)
    }

    private mutating func probe(
        _ kind: ProbeTally.Kind,
        _ route: ProbeRoute,
        on host: CanaryHost,
        _ path: String,
        token: String?,
        accept: String = "application/json",
        body: JSONValue? = nil,
        _ judge: (ProbeAnswer) -> Finding?
    ) async throws {
        defer { progress.add(1) }
        let answer: ProbeAnswer
        do {
            answer =
                route.isStream
                ? try await begun(host.exchange(route.method, path, token: token, accept: accept, body: body))
                : ProbeAnswer(try await host.send(route.method, path, token: token, accept: accept, body: body))
        } catch let error as TransportError {
            return tally.leaveOpen(kind, route.name, "\(error)")
        } catch let error as DeadlineExceeded {
            return tally.leaveOpen(kind, route.name, "\(error)")
        }
        switch judge(answer) {
        case nil: tally.pass(kind, route.name)
        case .open(let reason): tally.leaveOpen(kind, route.name, reason)
        case .leak(let seen): tally.record(leak(kind, route, host, path, seen), route.name)
        }
    }

    /// What a stream answers at once: it may never end.
    private func begun(_ exchange: HTTPExchange) async throws -> ProbeAnswer {
        try await withDeadline(.seconds(15)) {
            try await exchange.withStream { status, chunks in
                var chunks = chunks
                return ProbeAnswer(status: status, body: try await chunks.next() ?? [])
            }
        }
    }

    private func leak(
        _ kind: ProbeTally.Kind,
        _ route: ProbeRoute,
        _ host: CanaryHost,
        _ path: String,
        _ seen: String
    ) -> ProbeTally.Leak {
        ProbeTally.Leak(
            kind: kind,
            host: host.subdomain.rawValue,
            method: route.method.rawValue,
            path: path,
            seen: seen
        )
    }

    /// An answer as a probe sees it.
    private struct ProbeAnswer: Sendable {
        let status: Int
        let body: [UInt8]
        private let text: String

        init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
            text = String(decoding: body, as: UTF8.self).lowercased()
        }

        init(_ answer: HTTPExchange.Answer) {
            status = answer.status
            body = Array(answer.body)
            let fields = answer.headers.map { "\($0.name): \($0.value)\n" }.joined()
            text = (fields + String(decoding: answer.body, as: UTF8.self)).lowercased()
        }

        var isSuccess: Bool { (200..<300).contains(status) }

        /// A refusal of the request is what is wanted; a trouble of the hub proves nothing.
        var refusal: Finding? {
            (400..<500).contains(status) && status != 429 ? nil : .open("answers \(status)")
        }

        /// The first thing of the canary's that the answer shows without having been sent it.
        func mark(of canary: Canary, not sent: String) -> String? {
            let sent = sent.lowercased()
            return canary.marks.sorted().first { !sent.contains($0.lowercased()) && text.contains($0.lowercased()) }
        }
    }
}
