import AppFixtures
import FoundationEssentials
import HubModel
import HubWire

/// A client of a tenant that sends each request to a backend of its choice, and writes down what comes of it.
struct Visitor: Sendable {
    /// An answer, and when it was asked for and had come.
    struct Exchange: Sendable {
        let answer: WebAnswer
        let request: String
        let begun: Moment
        let ended: Moment
    }

    let name: String
    let tenant: TrialTenant
    let backends: [BackendProcess]
    let chronicle: Chronicle
    var random: SplitMix64

    init(_ name: String, of tenant: TrialTenant, _ backends: [BackendProcess], _ chronicle: Chronicle, seed: UInt64) {
        self.name = "tenant \(tenant.number) \(name)"
        self.tenant = tenant
        self.backends = backends
        self.chronicle = chronicle
        random = SplitMix64(seed: seed)
    }

    /// Sends a request to a backend that serves now.
    ///
    /// - Parameter expected: the statuses that are no failure.
    /// - Returns: nil when it failed, which is written down.
    mutating func send(
        _ method: String,
        _ path: String,
        _ body: [UInt8]? = nil,
        token: String?,
        expected: Set<Int> = [200, 201, 204]
    ) async -> Exchange? {
        let serving = backends.filter(\.isServing)
        let backend = (serving.isEmpty ? backends : serving).randomElement(using: &random)!
        return await send(method, path, body, token: token, expected: expected, to: backend)
    }

    /// Sends a request to a certain backend.
    func send(
        _ method: String,
        _ path: String,
        _ body: [UInt8]? = nil,
        token: String?,
        expected: Set<Int> = [200, 201, 204],
        to backend: BackendProcess
    ) async -> Exchange? {
        let client = RunningBackend.router(port: backend.port, tenant.id)
        let request = "\(method) \(path) by \(backend.name)"
        let start = backend.starts
        let begun = Moment.now
        func fail(_ reason: String, status: Int? = nil) -> Exchange? {
            chronicle.add(
                Chronicle.Failure(
                    client: name,
                    request: "\(method) \(path)",
                    backend: backend.name,
                    start: start,
                    begun: begun,
                    ended: .now,
                    status: status,
                    reason: reason
                )
            )
            return nil
        }
        do {
            let answer = try await (token.map { client.bearing($0) } ?? client).send(method, path, body: body)
            let ended = Moment.now
            chronicle.note(ended - begun, "\(name), \(request)")
            guard expected.contains(answer.status) else {
                return fail("\(answer.status) \(answer.text.prefix(200))", status: answer.status)
            }
            return Exchange(answer: answer, request: request, begun: begun, ended: ended)
        } catch {
            return fail("\(error)")
        }
    }

    /// Writes an item: it is written down before it is sent, and when it was acknowledged.
    ///
    /// - Returns: nil when nobody knows whether it has happened; then the item must not be written again.
    mutating func write(
        _ item: ItemID,
        _ state: ItemState,
        _ method: String,
        _ path: String,
        _ body: [UInt8]? = nil,
        token: String?
    ) async -> Exchange? {
        let number = chronicle.begin(item, state)
        guard let exchange = await send(method, path, body, token: token) else { return nil }
        chronicle.acknowledge(item, number, at: exchange.ended)
        return exchange
    }
}

extension Encodable {
    /// As the body of a request.
    var body: [UInt8] {
        get throws { try WireJSON.encode(self) }
    }
}
