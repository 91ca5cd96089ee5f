/// How a router speaks TLS with people.
package struct TLSDescription: Hashable, Sendable {
    /// Where it accepts TLS connections.
    package let listen: Endpoint
    /// The folder of its certificates: for each, `NAME.crt` and `NAME.key`.
    package let certificates: String
    /// For how long browsers are told to use nothing but TLS, in seconds; 0 for not at all.
    package let strictTransportSeconds: Int
}
