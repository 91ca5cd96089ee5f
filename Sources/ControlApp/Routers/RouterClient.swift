import AsyncHTTPClient
import HubModel
import HubWeb
import HubWire
import NIOCore
import NIOHTTP1
import Topology

/// Asks routers what only control may ask.
struct RouterClient: Sendable {
    private let routers: [ProcessDescription]
    private let http: HTTPClient
    private let signer: RequestSigner
    private let now: WallClock

    /// An answer is made from memory.
    private static let timeout = TimeAmount.seconds(1)

    init(_ routers: [ProcessDescription], http: HTTPClient, signer: RequestSigner, now: @escaping WallClock) {
        self.routers = routers
        self.http = http
        self.signer = signer
        self.now = now
    }

    var names: [ProcessName] { routers.map(\.name) }

    /// What each router held of a tenant at epochs above `start` and up to `end`; a router that does not answer is
    /// missing.
    func holds(of tenant: TenantID, after start: Epoch, upTo end: Epoch) async -> [ProcessName: InternalHolds] {
        await withTaskGroup(of: (ProcessName, InternalHolds?).self) { group in
            for router in routers {
                group.addTask { (router.name, await holds(at: router, of: tenant, after: start, upTo: end)) }
            }
            return await group.reduce(into: [:]) { answers, answer in answers[answer.0] = answer.1 }
        }
    }

    // MARK: - Private

    private func holds(
        at router: ProcessDescription,
        of tenant: TenantID,
        after start: Epoch,
        upTo end: Epoch
    ) async -> InternalHolds? {
        let (host, port) = (router.advertise.host, router.advertise.port)
        let path = InternalPath.holds(tenant, after: start, upTo: end)
        var request = HTTPClientRequest(url: "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)")
        request.headers = [
            // The router itself is meant, and none of the hosts that it serves.
            "host": "localhost",
            HubHeader.signature: signer.sign(tenant: tenant, epoch: end, scope: .control, expiry: now() + .seconds(30)),
        ]
        guard let response = try? await http.execute(request, timeout: RouterClient.timeout), response.status == .ok,
            let body = try? await response.body.collect(upTo: 1 << 16)
        else { return nil }
        return try? WireJSON.decode(InternalHolds.self, from: Array(body.readableBytesView))
    }
}
