import NIOCore
package import Topology

/// What is answered differently once a router speaks TLS.
package struct SecurePolicy: Sendable {
    /// Where people are sent who came without TLS.
    let publicURL: PublicURL
    /// A field line of every answer over TLS; empty for none.
    let strictTransport: [UInt8]

    /// - Parameter strictTransportSeconds: 0 for not telling browsers to use nothing but TLS (RFC 6797).
    package init(publicURL: PublicURL, strictTransportSeconds: Int) {
        self.publicURL = publicURL
        strictTransport =
            strictTransportSeconds > 0
            ? Array("strict-transport-security: max-age=\(strictTransportSeconds)\r\n".utf8) : []
    }
}

extension ProxyLoop {
    /// Where a request that came without TLS belongs; nil when it belongs here.
    ///
    /// Only a host of the hub's own is ever named there, and its address always ends before the path.
    func secureLocation(of head: RequestHead) -> String? {
        guard let policy = settings.secure else { return nil }
        let bytes = head.bytes
        let span = bytes.readableBytesSpan
        guard let name = hosts.name(head.host, in: span),
            hosts.isBaseDomain(name, in: span) || hosts.label(name, in: span) != nil
        else { return nil }
        let target = span.text(head.line.target)
        return policy.publicURL.url(host: span.text(name).lowercased()) + (target == "*" ? "/" : target)
    }
}
