import Testing
import Topology

@Suite("The TLS of a router")
struct TLSDescriptionTests {
    private static func yaml(_ tls: String, publicURL: String = "https://{host}") throws -> String {
        let secure = try #require(Fixture.yaml.changing("http://{host}:8080", to: publicURL))
        return try #require(
            secure.changing(
                "router: { listen: \"127.0.0.1:+0\",",
                to: "router: { tls: \(tls), listen: \"127.0.0.1:+0\","
            )
        )
    }

    @Test("It has an endpoint, a folder, and a time for Strict-Transport-Security that is 0 unless given")
    func read() throws {
        let full = try Fixture.topology(
            Self.yaml("{ listen: \"0.0.0.0:443\", certificates: /etc/hub/tls, strictTransportSeconds: 31536000 }")
        )
        let tls = try #require(full.routers[0].tls)
        #expect(tls.listen == Endpoint(host: "0.0.0.0", port: 443))
        #expect(tls.certificates == "/etc/hub/tls")
        #expect(tls.strictTransportSeconds == 31_536_000)
        let short = try Fixture.topology(Self.yaml("{ listen: \"127.0.0.1:+9\", certificates: tls }"))
        #expect(short.routers[0].tls?.listen.port == 8089)
        #expect(short.routers[0].tls?.strictTransportSeconds == 0)
    }

    @Test("Without the key, or with an empty endpoint, there is none", arguments: ["", "${HUB_TLS_LISTEN:-}"])
    func absent(listen: String) throws {
        #expect(try Fixture.topology().routers[0].tls == nil)
        let yaml = try Self.yaml("{ listen: \"\(listen)\", certificates: tls }", publicURL: "http://{host}:8080")
        #expect(try Fixture.topology(yaml).routers[0].tls == nil)
    }

    @Test("A port of the public URL may be told relative to portBase")
    func relativePort() throws {
        let yaml = try Self.yaml("{ listen: \"127.0.0.1:+9\", certificates: tls }", publicURL: "https://{host}:+9")
        #expect(try Fixture.topology(yaml).apexURL == "https://hub.localhost:8089")
    }

    @Test(
        "What is wrong with it is told in one sentence",
        arguments: [
            (
                "{ listen: nowhere, certificates: tls }",
                "hub.yaml:13: routers.router.tls.listen: expected an endpoint such as 127.0.0.1:5432, or '' for none, found 'nowhere'"
            ),
            (
                "{ certificates: tls }",
                "hub.yaml:13: routers.router.tls.listen: expected an endpoint such as 127.0.0.1:5432, or '' for none, found nothing"
            ),
            (
                "{ listen: \"127.0.0.1:+9\" }",
                "hub.yaml:13: routers.router.tls.certificates: expected the path of a folder of certificates, found nothing"
            ),
            (
                "{ listen: \"127.0.0.1:+9\", certificates: \"\" }",
                "hub.yaml:13: routers.router.tls.certificates: expected the path of a folder of certificates, found ''"
            ),
            (
                "{ listen: \"127.0.0.1:+9\", certificates: tls, strictTransportSeconds: -1 }",
                "hub.yaml:13: routers.router.tls.strictTransportSeconds: expected a whole number from 0 to 63072000, found '-1'"
            ),
            (
                "{ listen: \"127.0.0.1:+0\", certificates: tls }",
                "hub.yaml:13: routers.router.tls: expected another endpoint than 'listen' and 'admin', found 127.0.0.1:8080"
            ),
            (
                "{ listen: \"127.0.0.1:+10\", certificates: tls }",
                "hub.yaml:13: routers.router.tls: expected an endpoint of its own, found 127.0.0.1:8090, which directory has"
            ),
            (
                "{ listen: \"127.0.0.1:+9\", certificates: tls, key: tls }",
                "hub.yaml:13: routers.router.tls.key: expected one of the keys listen, certificates or strictTransportSeconds, found 'key'"
            ),
        ]
    )
    func wrong(tls: String, complaint: String) throws {
        #expect(Fixture.complaint(try Self.yaml(tls)) == complaint)
    }

    @Test("A router that speaks TLS needs a public URL that says so")
    func insecureURL() throws {
        let yaml = try Self.yaml("{ listen: \"127.0.0.1:+9\", certificates: tls }", publicURL: "http://{host}:+0")
        #expect(
            Fixture.complaint(yaml)
                == "hub.yaml:13: routers.router.tls.listen: expected publicURL to begin with https:// where a router speaks TLS, found http://{host}:8080"
        )
    }
}
