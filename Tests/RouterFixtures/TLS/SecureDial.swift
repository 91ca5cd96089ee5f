package import NIOCore
import NIOSSL

/// How a test's client speaks TLS.
package struct SecureDial: Sendable {
    private let context: NIOSSLContext
    private let host: String?

    /// - Parameters:
    ///   - host: whose certificate is asked for; nil asks for none, and takes any of the authority's.
    ///   - protocols: what it offers to speak, best first.
    package init(_ authority: TestAuthority, host: String? = "acme.hub.test", protocols: [String] = ["http/1.1"]) throws
    {
        var configuration = authority.clientConfiguration(protocols)
        if host == nil { configuration.certificateVerification = .noHostnameVerification }
        context = try NIOSSLContext(configuration: configuration)
        self.host = host
    }

    /// Adds TLS to the pipeline of a channel that is about to connect.
    package func secure(_ channel: any Channel) throws {
        let handler = try NIOSSLClientHandler(context: context, serverHostname: host)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}
