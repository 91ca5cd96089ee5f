import Testing
import Topology

@Suite("The public URL")
struct PublicURLTests {
    @Test(
        "The host stands where the placeholder was",
        arguments: [
            ("http://{host}:8080", "http://a.b:8080", false), ("http://{host}", "http://a.b", false),
            ("https://{host}", "https://a.b", true), ("https://{host}:8443", "https://a.b:8443", true),
        ]
    )
    func accepted(text: String, url: String, isSecure: Bool) throws {
        let publicURL = try #require(PublicURL(text))
        #expect(publicURL.url(host: "a.b") == url)
        #expect(publicURL.isSecure == isSecure)
        #expect(publicURL.description == text)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", "{host}", "ftp://{host}", "http://{host}/", "http://{host}:", "http://{host}:0", "http://{host}:+80",
            "http://{host}:65536",
            "http://x.{host}", "http://{host}:8080/", "http://{host}{host}", "HTTP://{host}",
        ]
    )
    func refused(text: String) {
        #expect(PublicURL(text) == nil)
    }
}
