import Synchronization

/// Tells the two ports of a process, once it accepts on both.
package final class PortReport: Sendable {
    private struct State {
        var requests: Int?
        var admin: Int?
    }

    private let report: @Sendable (ServingPorts) -> Void
    private let state = Mutex(State())

    package init(_ report: @escaping @Sendable (ServingPorts) -> Void) {
        self.report = report
    }

    @Sendable
    package func requests(_ port: Int) {
        update { $0.requests = port }
    }

    @Sendable
    package func admin(_ port: Int) {
        update { $0.admin = port }
    }

    // MARK: - Private

    private func update(_ change: (inout State) -> Void) {
        let ports = state.withLock { state -> ServingPorts? in
            change(&state)
            guard let requests = state.requests, let admin = state.admin else { return nil }
            return ServingPorts(requests: requests, admin: admin)
        }
        if let ports { report(ports) }
    }
}

/// The ports of a process: the one for requests and the one for health checks and metrics.
package struct ServingPorts: Hashable, Sendable {
    package let requests: Int
    package let admin: Int
}
