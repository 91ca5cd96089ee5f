import FoundationEssentials
import HubTesting
import RouterFixtures
import Synchronization
import Testing

@testable import RouterTLS

@Suite("The certificates of a folder")
struct CertificateTests {
    private static let names: KeyValuePairs<String, [String]> = [
        "acme": ["acme.hub.test"], "other": ["other.test"], "wildcard": ["hub.test", "*.hub.test"],
    ]

    private func withFolder<Result>(
        _ names: KeyValuePairs<String, [String]> = names,
        _ body: (String, TestAuthority) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority.shared.get()
        return try await authority.withCertificates(names) { try await body($0, authority) }
    }

    private func complaint(_ folder: String) -> String? {
        do throws(CertificateError) {
            _ = try CertificateSet(folder: folder)
            return nil
        } catch {
            return error.description.replacing("\(folder)/", with: "").replacing(folder, with: "FOLDER")
        }
    }

    @Test(
        "A client gets the one for the host it names: exact before wildcard, one label deep, in any case",
        arguments: [
            ("acme.hub.test", "acme"), ("ACME.Hub.Test", "acme"), ("globex.hub.test", "wildcard"),
            ("hub.test", "wildcard"),
            ("other.test", "other"), ("a.b.hub.test", "acme"), (".hub.test", "acme"), ("hub", "acme"), ("", "acme"),
        ]
    )
    func choice(host: String, expected: String) async throws {
        try await withFolder { folder, _ in
            let certificates = try CertificateSet(folder: folder)
            #expect(certificates.certificate(for: host).file.hasSuffix("/\(expected).crt"))
        }
    }

    @Test("Who names no host gets the first by name, or default.crt where there is one")
    func fallback() async throws {
        try await withFolder { folder, authority in
            #expect(try CertificateSet(folder: folder).certificate(for: nil).file.hasSuffix("/acme.crt"))
            try authority.issue("default", for: ["default.test"], in: folder)
            #expect(try CertificateSet(folder: folder).certificate(for: nil).file.hasSuffix("/default.crt"))
            #expect(try CertificateSet(folder: folder).certificate(for: "strange.test").file.hasSuffix("/default.crt"))
        }
    }

    @Test("Each defect is told in one sentence")
    func defects() async throws {
        try await withFolder(["a": ["a.test"], "b": ["b.test"]]) { folder, authority in
            func write(_ text: String, to name: String) throws {
                try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            #expect(complaint(folder) == nil)
            #expect(
                complaint("\(folder)/none") == "certificates FOLDER: expected a folder that can be read, found none"
            )
            let key = try Data(contentsOf: URL(filePath: "\(folder)/b.key"))
            try FileManager.default.removeItem(atPath: "\(folder)/b.key")
            #expect(
                complaint(folder)
                    == "private key b.key: expected the key of \(folder)/b.crt, found no such file".replacing(
                        "\(folder)/",
                        with: ""
                    )
            )
            try write("nothing", to: "b.key")
            #expect(
                complaint(folder)
                    == "private key b.key: expected a private key in PEM, found none that can be understood"
            )
            try FileManager.default.removeItem(atPath: "\(folder)/b.key")
            try FileManager.default.copyItem(atPath: "\(folder)/a.key", toPath: "\(folder)/b.key")
            #expect(complaint(folder) == "private key b.key: expected the key of b.crt, found another one")
            try FileManager.default.removeItem(atPath: "\(folder)/b.key")
            try key.write(to: URL(filePath: "\(folder)/b.key"))
            try write("nothing", to: "b.crt")
            #expect(
                complaint(folder)
                    == "certificate b.crt: expected certificates in PEM, found none that can be understood"
            )
            try authority.issue("b", for: [], in: folder)
            #expect(complaint(folder) == "certificate b.crt: expected it to name hosts (subjectAltName), found no name")
            for name in ["a.crt", "b.crt"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
            #expect(
                complaint(folder) == "certificates FOLDER: expected at least one NAME.crt with its NAME.key, found none"
            )
        }
    }

    @Test("One that has expired is used, and warned of")
    func expired() async throws {
        try await withFolder([:]) { folder, authority in
            try authority.issue("old", for: ["old.test"], in: folder, days: -1)
            let warnings = Mutex<[String]>([])
            let store = try CertificateStore(folder: folder) { warning in warnings.withLock { $0.append(warning) } }
            #expect(store.count == 1)
            #expect(warnings.withLock { $0.count } == 1)
            #expect(warnings.withLock { $0.first?.contains("/old.crt: it expired at 20") } == true)
        }
    }

    @Test("Connections from after a reload get the new ones; bad new ones leave the old ones in use")
    func reload() async throws {
        try await withFolder(["hub": ["acme.hub.test"]]) { folder, authority in
            try await TestFront.with(certificates: folder) { front in
                func answers(_ host: String) async throws -> Bool {
                    let client = try await RawPeer.connect(to: front.port, SecureDial(authority, host: host))
                    client.send("x\r\n\r\n")
                    try await waitFor("an answer or the end") { client.text.hasSuffix("ok") || client.isClosed }
                    return client.text.hasSuffix("ok")
                }
                let check1 = try await answers("acme.hub.test")
                #expect(check1)
                let check2 = try await answers("globex.hub.test")
                #expect(check2 == false)
                try authority.issue("globex", for: ["globex.hub.test"], in: folder)
                let check3 = try await answers("globex.hub.test")
                #expect(check3 == false)
                try front.certificates.reload()
                let check4 = try await answers("globex.hub.test")
                #expect(check4)
                let check5 = try await answers("acme.hub.test")
                #expect(check5)
                try FileManager.default.removeItem(atPath: "\(folder)/hub.key")
                #expect(throws: CertificateError.self) { try front.certificates.reload() }
                let check6 = try await answers("acme.hub.test")
                #expect(check6)
            }
        }
    }
}
