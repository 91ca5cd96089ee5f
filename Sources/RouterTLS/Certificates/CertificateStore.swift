import FoundationEssentials
import NIOCore
import NIOSSL
import Synchronization

/// The certificates in use, which can be read anew while connections are served.
package final class CertificateStore: Sendable {
    private let folder: String
    private let onWarning: @Sendable (String) -> Void
    private let current: Mutex<CertificateSet>

    /// - Parameters:
    ///   - folder: holds for each certificate `NAME.crt`, with its chain, and `NAME.key`, both in PEM.
    ///   - onWarning: told in a sentence of what is wrong, though it can be used, such as a certificate that has expired.
    /// - Throws: the first defect.
    package init(folder: String, onWarning: @escaping @Sendable (String) -> Void) throws(CertificateError) {
        self.folder = folder
        self.onWarning = onWarning
        let certificates = try CertificateSet(folder: folder)
        current = Mutex(certificates)
        warn(of: certificates)
    }

    /// Reads the folder again, for connections from now on; sessions can still be resumed.
    ///
    /// - Throws: the first defect; then the certificates stay as they are.
    package func reload() throws(CertificateError) {
        let next = try CertificateSet(folder: folder)
        current.withLock { $0 = next }
        warn(of: next)
    }

    /// How many there are.
    package var count: Int { current.withLock { $0.certificates.count } }

    /// What connections are made from; it follows ``reload()``.
    func makeContext() throws -> NIOSSLContext {
        let first = current.withLock { $0.fallbackCertificate }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain,
            privateKey: first.key
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = FrontDoor.protocols
        configuration.sslContextCallback = { hello, promise in
            let chosen = self.current.withLock { $0.certificate(for: hello.serverHostname) }
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = chosen.chain
            change.privateKey = chosen.key
            promise.succeed(change)
        }
        return try NIOSSLContext(configuration: configuration)
    }

    // MARK: - Private

    private func warn(of certificates: CertificateSet) {
        let now = Date()
        for certificate in certificates.certificates {
            if let warning = certificate.warning(at: now) { onWarning(warning) }
        }
    }
}
