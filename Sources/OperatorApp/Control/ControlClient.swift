import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// hub-control's API for one signed-in super admin.
///
/// The token of an earlier command is used while it lives; a 401 signs in again, once.
actor ControlClient {
    private let topology: Topology
    private let endpoint: Endpoint
    private let account: ControlAccount
    private var token: CachedToken?

    /// - Throws: ``OperatorError`` when no hub-control of the topology answers, or nobody is named.
    init(email: String?, context: CommandContext) async throws {
        topology = try context.topology()
        let cached = CachedToken.load(topology)
        account = try ControlAccount(named: email, cached: cached, in: context)
        token = cached?.email == account.email ? cached : nil
        endpoint = try await ControlClient.reachableEndpoint(of: topology)
    }

    /// Sends one request and decodes its answer.
    ///
    /// - Parameter timeout: how long the whole answer may take.
    /// - Throws: ``OperatorError`` with the problem's words when hub-control refuses.
    func send<Answer: Decodable & Sendable>(
        _ method: HTTPMethod,
        _ path: String,
        query: [(name: String, value: String?)] = [],
        body: (any Encodable & Sendable)? = nil,
        timeout: Duration = .seconds(30),
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let target = path + HTTPExchange.query(query)
        let body = try body.map { try WireJSON.encode($0) }
        let held = if let token { token } else { try await signIn() }
        var answer = try await exchange(method, target, body, token: held.token, timeout)
        if answer.status == 401 {
            answer = try await exchange(method, target, body, token: try await signIn().token, timeout)
        }
        guard (200..<300).contains(answer.status) else { throw OperatorError(refusal: answer, at: endpoint) }
        return try WireJSON.decode(type, from: Array(answer.body))
    }

    /// Gets a new token with the account's password, and keeps it for later commands.
    @discardableResult
    func signIn(password: String? = nil) async throws -> CachedToken {
        let password = if let password { password } else { try account.password() }
        let request = LoginRequest(email: account.email, password: password)
        let answer = try await exchange(.POST, "/api/auth/login", try WireJSON.encode(request), token: nil)
        guard answer.status != 401 else {
            throw OperatorError(
                .refused,
                "hub-control at \(endpoint) refuses the password of \(account.email): run hubctl login"
            )
        }
        guard answer.status == 200 else { throw OperatorError(refusal: answer, at: endpoint) }
        let login = try WireJSON.decode(LoginAnswer.self, from: Array(answer.body))
        let fresh = CachedToken(email: account.email, token: login.token, expiresAt: login.expiresAt)
        token = fresh
        try fresh.store(topology)
        return fresh
    }

    // MARK: - Private

    /// The first hub-control that answers; the only one needs no asking.
    private static func reachableEndpoint(of topology: Topology) async throws -> Endpoint {
        let endpoints = topology.controls.map(\.advertise)
        guard let last = endpoints.last else {
            throw OperatorError(
                .usage,
                "\(topology.file): controls: no hub-control is named, and this command needs one"
            )
        }
        for endpoint in endpoints.dropLast() {
            let probe = HTTPExchange(method: .GET, url: "http://\(endpoint)/health", timeout: .seconds(2))
            if let answer = try? await probe.send(), answer.status == 200 { return endpoint }
        }
        return last
    }

    private func exchange(
        _ method: HTTPMethod,
        _ target: String,
        _ body: [UInt8]?,
        token: String?,
        _ timeout: Duration = .seconds(30)
    ) async throws -> HTTPExchange.Answer {
        var exchange = HTTPExchange(method: method, url: "http://\(endpoint)\(target)")
        exchange.timeout = timeout
        exchange.body = body
        exchange.headers = [("accept", "application/json")]
        if body != nil { exchange.headers.append(("content-type", "application/json")) }
        if let token { exchange.headers.append(("authorization", "Bearer \(token)")) }
        do {
            return try await exchange.send()
        } catch let error as TransportError {
            throw OperatorError(
                .unreachable,
                "hub-control at \(endpoint) does not answer (\(error)): start it, or correct controls in \(topology.file)",
                underlying: error
            )
        }
    }
}

extension OperatorError {
    /// A refusal of hub-control in its own words.
    init(refusal answer: HTTPExchange.Answer, at endpoint: Endpoint) {
        let problem = try? WireJSON.decode(Problem.self, from: Array(answer.body))
        let fields = problem?.errors?.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
        let words = fields ?? problem?.detail ?? problem?.title ?? "an answer that is no problem document"
        let status: ExitStatus =
            switch answer.status {
            case 400, 413, 415, 422: .usage
            case 404: .notFound
            case 401, 403, 409, 412: .refused
            case 429, 502, 503, 504: .unreachable
            default: .failed
            }
        self.init(status, "hub-control at \(endpoint) answers \(answer.status): \(words)", underlying: problem)
    }
}
