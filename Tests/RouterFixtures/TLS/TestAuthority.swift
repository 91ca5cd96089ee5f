import FoundationEssentials
import HubTesting
package import NIOSSL

/// A certificate authority of the tests' own, in a folder of its own.
package final class TestAuthority: Sendable {
    /// One for a whole run: making it takes a moment.
    package static let shared = Result { try TestAuthority() }

    private let folder: String

    /// - Throws: when `openssl` does not do what it is told.
    package init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ChildProcess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + [
                    "-keyout", "\(folder)/ca.key", "-out", certificatePath, "-days", "30", "-subj",
                    "/CN=Test Authority",
                ]
        )
    }

    /// Its own certificate, in PEM.
    package var certificatePath: String { "\(folder)/ca.crt" }

    /// Lends a folder of certificates.
    ///
    /// - Parameter names: the hosts of each certificate, by its name.
    package func withCertificates<Result>(
        _ names: KeyValuePairs<String, [String]> = ["wildcard": ["hub.test", "*.hub.test"]],
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, hosts) in names { try issue(name, for: hosts, in: folder) }
        return try await body(folder)
    }

    /// Writes `NAME.crt` and `NAME.key`.
    ///
    /// - Parameter days: for which it is valid; negative for one that has expired.
    package func issue(_ name: String, for hosts: [String], in folder: String, days: Int = 10) throws {
        let request = "\(folder)/\(name).csr"
        defer { try? FileManager.default.removeItem(atPath: request) }
        let names = hosts.map { "DNS:\($0)" }.joined(separator: ",")
        try ChildProcess.run(
            ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + ["-keyout", "\(folder)/\(name).key", "-out", request, "-subj", "/CN=\(name)"]
                + (names.isEmpty ? [] : ["-addext", "subjectAltName=\(names)"])
        )
        try ChildProcess.run(
            ["openssl", "x509", "-req", "-in", request, "-CA", certificatePath, "-CAkey", "\(self.folder)/ca.key"]
                + ["-set_serial", String(UInt32.random(in: 1...(.max))), "-copy_extensions", "copy"]
                + ["-days", String(days), "-out", "\(folder)/\(name).crt"]
        )
    }

    /// What a client needs that trusts this authority alone.
    ///
    /// - Parameter protocols: what it offers to speak, best first.
    package func clientConfiguration(_ protocols: [String] = []) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificatePath)
        configuration.applicationProtocols = protocols
        return configuration
    }
}
