import HubModel
import HubWire
import Observability
import Synchronization

/// What a router shows of itself on its admin endpoint, besides health and metrics.
package final class RouterInspector: Sendable {
    /// The pages, for `--help`; they show nothing of any router.
    static let pages = RouterInspector(holds: HoldBoard()).inspections

    private let loops = Mutex<[ReactorBound<ProxyLoop>]>([])
    private let holds: HoldBoard

    /// - Parameter context: what the router's loops share.
    package convenience init(_ context: ProxyContext) {
        self.init(holds: context.holds)
    }

    init(holds: HoldBoard) {
        self.holds = holds
    }

    /// Shows these loops from now on.
    func watch(_ loops: [ReactorBound<ProxyLoop>]) {
        self.loops.withLock { $0 = loops }
    }

    /// The pages of the admin endpoint.
    var inspections: [Inspection] {
        [
            Inspection("/route", "what becomes of a request for ?host=HOST: outcome, tenant, epoch, shard, backends") {
                try await self.explain($0["host"])
            },
            Inspection("/backends", "each backend: shard, endpoint, availability, busy and idle connections") { _ in
                await self.backends()
            },
            Inspection("/holds", "the tenants whose requests wait while they change shards, and how many do") { _ in
                self.heldTenants
            },
        ]
    }

    /// The tenants whose requests wait, those with the most first.
    var heldTenants: [RouterHoldView] {
        holds.waiting.map { RouterHoldView(tenantId: $0.key, waiting: $0.value) }
            .sorted { ($1.waiting, $0.tenantId.description) < ($0.waiting, $1.tenantId.description) }
    }

    /// What becomes of a request for a host.
    ///
    /// - Throws: `Inspection.Refusal` if it is none.
    func explain(_ host: String?) async throws -> RouteExplanation {
        guard let host, !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Inspection.Refusal("Say which host: /route?host=acme.hub.example")
        }
        guard let first = loops.withLock({ $0.first }) else { throw Inspection.Refusal("The router is only starting.") }
        let found = await first.run { loop in
            Result { () throws(ProtocolViolation) in try loop.explain(host: host) }
        }
        switch found {
        case .success(let explanation):
            return explanation.with(backends: await backends())
        case .failure(let violation):
            throw Inspection.Refusal("'\(host)' is no host: \(violation.reason)")
        }
    }

    /// The backends, with the connections of all loops together.
    func backends() async -> [RouterBackendView] {
        var sums: [RouterBackendView] = []
        for loop in loops.withLock({ $0 }) {
            for backend in await loop.run({ $0.backends }) {
                guard let index = sums.firstIndex(where: { ($0.name, $0.shard) == (backend.name, backend.shard) })
                else {
                    sums.append(backend)
                    continue
                }
                sums[index].busy += backend.busy
                sums[index].idle += backend.idle
            }
        }
        return sums
    }
}

extension RouteExplanation {
    /// The same with what all loops know of its backends.
    fileprivate func with(backends all: [RouterBackendView]) -> RouteExplanation {
        var explanation = self
        explanation.backends = all.filter { $0.shard == shard }
        return explanation
    }
}
