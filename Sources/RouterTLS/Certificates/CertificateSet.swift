import FoundationEssentials
import NIOSSL

/// The certificates of one folder, and which of them a client gets.
///
/// One that has the client's name exactly goes before one with a wildcard; with either, the first file by name. A client
/// that names no host, or one that no certificate has, gets `default.crt`, or the first file without one.
struct CertificateSet: Sendable {
    let certificates: [ServerCertificate]
    private var exact: [String: Int] = [:]
    private var wildcards: [Substring: Int] = [:]
    private let fallback: Int

    /// Reads every `NAME.crt` with its `NAME.key`.
    init(folder: String) throws(CertificateError) {
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".crt") }.sorted()
        } catch {
            throw CertificateError("certificates \(folder): expected a folder that can be read, found none")
        }
        guard !files.isEmpty else {
            throw CertificateError(
                "certificates \(folder): expected at least one NAME.crt with its NAME.key, found none"
            )
        }
        var certificates: [ServerCertificate] = []
        for file in files { certificates.append(try ServerCertificate(path: "\(folder)/\(file)")) }
        self.certificates = certificates
        fallback = files.firstIndex(of: "default.crt") ?? 0
        for (index, certificate) in certificates.enumerated() {
            for name in certificate.names {
                if name.hasPrefix("*.") {
                    wildcards[name.dropFirst(2)] = wildcards[name.dropFirst(2)] ?? index
                } else {
                    exact[name] = exact[name] ?? index
                }
            }
        }
    }

    var fallbackCertificate: ServerCertificate { certificates[fallback] }

    /// - Parameter name: the host that a client names, if it does.
    func certificate(for name: String?) -> ServerCertificate {
        guard let name = name?.lowercased() else { return fallbackCertificate }
        if let index = exact[name] { return certificates[index] }
        guard let dot = name.firstIndex(of: "."), dot > name.startIndex else { return fallbackCertificate }
        return certificates[wildcards[name[name.index(after: dot)...]] ?? fallback]
    }
}
