package import HubModel

/// A router or a control process.
package struct ProcessDescription: Hashable, Sendable {
    package let name: ProcessName
    /// Where it accepts the requests it is there for.
    package let listen: Endpoint
    /// Where the others reach it.
    package let advertise: Endpoint
    /// Where it answers `/health`, `/ready` and `/metrics`.
    package let admin: Endpoint
    /// Nil for a router without TLS, and for every other process.
    package var tls: TLSDescription?
}
