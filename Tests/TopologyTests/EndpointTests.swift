import FoundationEssentials
import Testing
import Topology

@Suite("Endpoints")
struct EndpointTests {
    @Test(
        "A host and a port are read and written alike",
        arguments: [
            ("127.0.0.1:5432", "127.0.0.1", 5432), ("postgres-us-1:1", "postgres-us-1", 1),
            ("db_1.internal:65535", "db_1.internal", 65535), ("[::1]:80", "::1", 80),
            ("[fe80::1.2.3.4]:80", "fe80::1.2.3.4", 80),
        ]
    )
    func accepted(text: String, host: String, port: Int) {
        #expect(Endpoint(text) == Endpoint(host: host, port: port))
        #expect(Endpoint(host: host, port: port).description == text)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", "a", ":80", "a:", "a:0", "a:65536", "a:x", "a:+1", "::1:80", "[::1]", "[]:80", "[a]:80", "a b:80",
            "-a:80",
            "a-:80", "a..b:80", "http://a:80", "user@a:80", "a/b:80", "ä:80",
        ]
    )
    func refused(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test("JSON carries the text")
    func json() throws {
        let endpoint = Endpoint(host: "::1", port: 80)
        let encoded = try JSONEncoder().encode([endpoint])
        #expect(String(decoding: encoded, as: UTF8.self) == #"["[::1]:80"]"#)
        #expect(try JSONDecoder().decode([Endpoint].self, from: encoded) == [endpoint])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Endpoint].self, from: Data(#"["a"]"#.utf8)) }
    }
}
