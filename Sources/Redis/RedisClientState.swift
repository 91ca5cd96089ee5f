/// Whether a client's server can be reached.
package enum RedisClientState: Sendable {
    /// At least one connection is open; the run id is that of the server process reached last.
    case connected(runID: String)
    /// No connection is open.
    case disconnected(RedisOutage)
    /// The client was shut down.
    case shutDown
}

extension RedisClientState {
    /// The run id of the server process reached last; `nil` while there is no connection.
    package var runID: String? {
        switch self {
        case .connected(let runID): runID
        case .disconnected, .shutDown: nil
        }
    }
}
