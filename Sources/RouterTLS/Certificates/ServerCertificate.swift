import FoundationEssentials
import NIOSSL

/// A certificate with its chain and its private key, which belongs to it.
struct ServerCertificate: Sendable {
    let file: String
    /// In lower case; `*.example.com` stands for one label more.
    let names: [String]
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
    let begins: Date
    let ends: Date

    /// Reads `NAME.crt`, its own certificate first, and `NAME.key` beside it.
    ///
    /// - Parameter path: of the `.crt`.
    init(path: String) throws(CertificateError) {
        let keyPath = path.dropLast("crt".count) + "key"
        file = path
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(Array(try Data(contentsOf: URL(filePath: path))))
        } catch let error as CocoaError {
            throw CertificateError("certificate \(path): it cannot be read (\(ServerCertificate.reason(error)))")
        } catch {
            throw CertificateError(
                "certificate \(path): expected certificates in PEM, found none that can be understood"
            )
        }
        guard let leaf = certificates.first else {
            throw CertificateError("certificate \(path): expected certificates in PEM, found none")
        }
        let privateKey = try ServerCertificate.readKey(String(keyPath), of: path)
        chain = certificates.map { .certificate($0) }
        key = .privateKey(privateKey)
        names = try ServerCertificate.names(of: leaf, path: path)
        begins = Date(timeIntervalSince1970: TimeInterval(leaf.notValidBefore))
        ends = Date(timeIntervalSince1970: TimeInterval(leaf.notValidAfter))
        do {
            _ = try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: key))
        } catch {
            throw CertificateError("private key \(keyPath): expected the key of \(path), found another one")
        }
    }

    /// What an operator should know of it, though it can be used; nil for nothing.
    func warning(at now: Date) -> String? {
        if ends <= now { return "certificate \(file): it expired at \(ends.formatted(.iso8601)); renew it" }
        if begins > now { return "certificate \(file): it is not valid before \(begins.formatted(.iso8601))" }
        return nil
    }

    // MARK: - Private

    private static func readKey(_ path: String, of certificate: String) throws(CertificateError) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(bytes: Array(try Data(contentsOf: URL(filePath: path))), format: .pem)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw CertificateError("private key \(path): expected the key of \(certificate), found no such file")
        } catch let error as CocoaError {
            throw CertificateError("private key \(path): it cannot be read (\(reason(error)))")
        } catch {
            throw CertificateError(
                "private key \(path): expected a private key in PEM, found none that can be understood"
            )
        }
    }

    private static func names(of leaf: NIOSSLCertificate, path: String) throws(CertificateError) -> [String] {
        let found = leaf._subjectAlternativeNames().filter { $0.nameType == .dnsName }.map {
            String(decoding: $0.contents, as: UTF8.self).lowercased()
        }
        guard !found.isEmpty else {
            throw CertificateError("certificate \(path): expected it to name hosts (subjectAltName), found no name")
        }
        return found
    }

    private static func reason(_ error: CocoaError) -> String {
        switch error.code {
        case .fileReadNoPermission: "this user may not"
        case .fileReadNoSuchFile: "there is no such file"
        default: "it is no plain file, or the disk fails"
        }
    }
}
