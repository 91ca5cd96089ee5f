/// How a connection is protected.
package enum PostgresTLS: Sendable, Hashable {
    /// Never encrypted.
    case disable
    /// Encrypted if the server offers it; protects against nobody who can change the traffic.
    case prefer
    /// Encrypted, the server's certificate is not checked.
    case require
    /// Encrypted, the certificate and the host name are checked against the authorities of a file.
    case verifyFull(rootCertificate: String)

    /// libpq's `sslmode`.
    var mode: String {
        switch self {
        case .disable: "disable"
        case .prefer: "prefer"
        case .require: "require"
        case .verifyFull: "verify-full"
        }
    }
}
