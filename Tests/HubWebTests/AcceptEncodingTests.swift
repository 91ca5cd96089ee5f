import HubWeb
import Testing

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
    @Test(
        "What the client says of gzip is done",
        arguments: [
            (nil, .identity), ("", .identity), ("gzip", .gzip), ("x-gzip", .gzip), ("GZIP", .gzip),
            ("gzip, deflate, br", .gzip), ("br", .identity), ("deflate", .identity), ("*", .gzip),
            ("gzip;q=0", .identity), ("*;q=0", .identity), ("gzip;q=0, *", .identity), ("gzip;q=0.5", .gzip),
            ("gzip ; q=0.5", .gzip), ("gzip;q=0.5, identity", .identity), ("gzip;q=0.5, identity;q=0.5", .gzip),
            ("gzip;q=0.001, identity;q=0.002", .identity), ("identity", .identity), ("identity;q=0", .identity),
            ("gzip, identity;q=0", .gzipOnly), ("gzip, *;q=0", .gzipOnly), ("*, identity;q=0", .gzipOnly),
            ("gzip;q=2", .identity), ("gzip;q=x", .identity), ("gzip;q=-1", .identity), (",,gzip,", .gzip),
            ("gzip;q=0, x-gzip", .gzip),
        ] as [(String?, AcceptEncoding)]
    )
    func fields(field: String?, expected: AcceptEncoding) {
        #expect(AcceptEncoding(field) == expected)
    }
}
