/// A connection given to a command, and where it came from.
struct ConnectionLease<Connection> {
    let connection: Connection
    let slot: Int
    /// Tells the connections of one slot apart.
    let serial: UInt64
}

extension ConnectionLease: Sendable where Connection: Sendable {}
