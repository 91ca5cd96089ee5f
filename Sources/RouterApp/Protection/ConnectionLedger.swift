import Synchronization

/// Counts the connections of clients, in all and by network, over all event loops of a router.
///
/// It is asked when a connection begins and ends, never on the path of a request.
final class ConnectionLedger: Sendable {
    enum Verdict: Equatable {
        case admitted
        /// The network has as many as it may.
        case networkIsFull
        /// The router has.
        case routerIsFull
    }

    private struct State {
        var total = 0
        var byNetwork: [ClientNetwork: Int] = [:]
    }

    private let state = Mutex(State())

    /// Counts a connection that has begun, whatever the verdict; it is to be given back with ``leave(_:)``.
    ///
    /// - Parameter network: nil counts for the router alone.
    func enter(_ network: ClientNetwork?, most: Int, mostOfNetwork: Int) -> Verdict {
        state.withLock { state in
            state.total += 1
            var ofNetwork = 1
            if let network {
                ofNetwork = state.byNetwork[network, default: 0] + 1
                state.byNetwork[network] = ofNetwork
            }
            guard state.total <= most else { return .routerIsFull }
            return ofNetwork <= mostOfNetwork ? .admitted : .networkIsFull
        }
    }

    func leave(_ network: ClientNetwork?) {
        state.withLock { state in
            state.total -= 1
            guard let network, let count = state.byNetwork[network] else { return }
            state.byNetwork[network] = count > 1 ? count - 1 : nil
        }
    }

    /// Networks that have a connection.
    var networks: Int { state.withLock { $0.byNetwork.count } }
}
