import Directory
import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// Asks a shard's backends for what only control may ask, signed like its requests.
struct BackendClient: Sendable {
    private let backends: [BackendRecord]
    private let signer: RequestSigner

    /// - Throws: when the secret of signatures cannot be had.
    init(_ backends: [BackendRecord], secrets: Secrets) throws {
        self.backends = backends
        let key = Array(try secrets.secret(.routerSigningKey).text.utf8)
        guard key.count >= RequestSigner.minimumKeyLength else {
            throw OperatorError(
                .usage,
                "secret \(SecretName.routerSigningKey.text): expected at least \(RequestSigner.minimumKeyLength) bytes, found \(key.count)"
            )
        }
        signer = RequestSigner(key: key)
    }

    /// Whether any of them is there.
    func isAnybodyThere() async -> Bool {
        for backend in backends where (try? await ask(backend, .GET, InternalPath.cache(), nil, [])) != nil {
            return true
        }
        return false
    }

    /// Has one of them end the shard's service of a tenant; done again, it changes nothing.
    ///
    /// - Throws: ``OperatorError`` when none has done it in some seconds.
    func freeze(_ tenant: TenantID, at epoch: Epoch, for restore: MoveID, attempt: Int64) async throws {
        let freeze = InternalFreeze(moveId: restore, attempt: attempt, patienceMilliseconds: 2000)
        let body = try WireJSON.encode(freeze)
        let deadline = ContinuousClock.now + .seconds(6)
        var reason = "none is known"
        while true {
            for backend in backends.shuffled() {
                do {
                    let answer = try await ask(backend, .POST, InternalPath.freeze(tenant), (tenant, epoch), body)
                    if (200..<300).contains(answer.status) { return }
                    let problem = try? WireJSON.decode(Problem.self, from: Array(answer.body))
                    reason = "\(backend.name) answers \(answer.status)\(problem?.detail.map { ": \($0)" } ?? "")"
                    // No other would do it.
                    if (400..<500).contains(answer.status), ![408, 429].contains(answer.status) {
                        throw OperatorError(.failed, "the tenant cannot be frozen: \(reason)")
                    }
                } catch let error as TransportError {
                    reason = "\(backend.name): \(error)"
                }
            }
            guard ContinuousClock.now < deadline else {
                throw OperatorError(.failed, "no backend has frozen the tenant within 6 s (\(reason))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    // MARK: - Private

    private func ask(
        _ backend: BackendRecord,
        _ method: HTTPMethod,
        _ path: String,
        _ routed: (tenant: TenantID, epoch: Epoch)?,
        _ body: [UInt8]
    ) async throws -> HTTPExchange.Answer {
        let host = backend.host.contains(":") ? "[\(backend.host)]" : backend.host
        let signature = signer.sign(
            tenant: routed?.tenant,
            epoch: routed?.epoch,
            scope: .control,
            expiry: .now() + .seconds(10)
        )
        var headers = [
            (name: HubHeader.signature, value: signature),
            (name: HubHeader.requestID, value: UUID().uuidString.lowercased()),
        ]
        if let routed {
            headers.append((name: HubHeader.tenant, value: "\(routed.tenant)"))
            headers.append((name: HubHeader.epoch, value: "\(routed.epoch)"))
        }
        if !body.isEmpty { headers.append((name: "content-type", value: WireJSON.mediaType)) }
        let exchange = HTTPExchange(
            method: method,
            url: "http://\(host):\(backend.port)\(path)",
            headers: headers,
            body: body.isEmpty ? nil : body,
            timeout: .seconds(4)
        )
        return try await exchange.send()
    }
}
