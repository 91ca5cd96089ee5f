import HubModel
import HubWire
import NIOCore
import Placement

extension ProxyLoop {
    /// What becomes of a request for a host, found out as for a request; without the backends, which each loop knows a part of.
    ///
    /// - Throws: what is wrong with the host.
    func explain(host: String) throws(ProtocolViolation) -> RouteExplanation {
        let bytes = ByteBuffer(string: "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        var parser = HeadParser<RequestLine>(limits: HeadLimits())
        _ = try parser.parse(bytes.readableBytesSpan)
        let head = try RequestHead(&parser, bytes: bytes)
        switch destination(of: head) {
        case .forward(let target):
            return explanation(
                host,
                .forward,
                target.tenant == nil ? "This is the apex host: control serves it." : "The shard serves the tenant.",
                target: target
            )
        case .hold(let target):
            let text = "The tenant is between two shards: requests wait until its new place is known."
            return explanation(host, .hold, text, target: target)
        case .renamed(let name):
            let text = "The tenant has another name now."
            return explanation(host, .redirect, text, status: 308, location: context.urlOfTenant(name))
        case .answer(let answer):
            return explanation(host, .answer, answer.title, status: answer.status)
        case .machine:
            let text = "This names the machine and no tenant: the router tells of its own health only."
            return explanation(host, .answer, text, status: 404)
        }
    }

    /// The backends of every shard and of control, as this loop uses them.
    var backends: [RouterBackendView] {
        (shards + [control].compactMap(\.self)).flatMap(backends)
    }

    // MARK: - Private

    private func backends(of group: UpstreamGroup) -> [RouterBackendView] {
        group.pools.map { pool in
            RouterBackendView(
                name: pool.address.name.rawValue,
                shard: group.name,
                endpoint: "\(pool.address.host):\(pool.address.port)",
                availability: RouterBackendView.Availability(pool.health.availability),
                busy: pool.busyCount,
                idle: pool.idleCount
            )
        }
    }

    private func explanation(
        _ host: String,
        _ outcome: RouteExplanation.Outcome,
        _ text: String,
        status: Int? = nil,
        location: String? = nil,
        target: Target? = nil
    ) -> RouteExplanation {
        RouteExplanation(
            process: context.process.rawValue,
            host: host,
            outcome: outcome,
            explanation: text,
            status: status,
            location: location,
            tenantId: target?.tenant?.id,
            epoch: target?.tenant?.epoch,
            shard: target?.group.name,
            directoryVersion: directoryVersion,
            backends: [],
            waiting: target?.tenant.flatMap { context.holds.waiting[$0.id] } ?? 0
        )
    }
}

extension RouterAnswer {
    /// What it says to people, in a sentence.
    fileprivate var title: String {
        switch content {
        case .page(let title, _): title + "."
        case .json: "The router answers by itself."
        }
    }
}

extension RouterBackendView.Availability {
    init(_ availability: BackendHealthStateMachine.Availability) {
        self =
            switch availability {
            case .available: .available
            case .trial: .trial
            case .lastResort: .lastResort
            case .unavailable: .unavailable
            }
    }
}
