extension ConformanceCase {
    private static let host = "Host: acme.hub.test\r\n"

    /// Line breaks, blanks and control bytes in and between fields.
    static let lines: [ConformanceCase] = lineForms + controlBytes + nameSymbols

    private static let lineForms: [ConformanceCase] = [
        refused("lines that end in LF", "GET / HTTP/1.1\nHost: acme.hub.test\n\n"),
        refused("a request line that ends in LF", "GET / HTTP/1.1\n\(host)\r\n"),
        refused("a field that ends in LF", "GET / HTTP/1.1\r\nHost: acme.hub.test\n\r\n"),
        refused("a head that ends in LF", "GET / HTTP/1.1\r\n\(host)\n"),
        refused("a head that ends in CR CR LF", "GET / HTTP/1.1\r\n\(host)\r\r\n"),
        refused("a request line that ends in CR CR LF", "GET / HTTP/1.1\r\r\n\(host)\r\n"),
        refused("a field that ends in LF CR", "GET / HTTP/1.1\r\nX: y\n\r\(host)\r\n"),
        refused("lines that end in CR", "GET / HTTP/1.1\rHost: acme.hub.test\r\r\n\n"),
        refused("a blank line of a blank", "GET / HTTP/1.1\r\n\(host) \r\n\r\n"),
        refused("a folded field", fields: "X-A: b\r\n c"),
        refused("a field folded by a tab", fields: "X-A: b\r\n\tc"),
        refused("a folded Host", "GET / HTTP/1.1\r\nHost:\r\n acme.hub.test\r\n\r\n"),
        refused("a fold before the first field", "GET / HTTP/1.1\r\n \(host)\r\n"),
        refused("a folded request line", "GET /\r\n HTTP/1.1\r\n\(host)\r\n"),
        refused("a field without a name", fields: ": b"),
        refused("a field without a colon", fields: "nothing"),
        refused("a bare CR in a value", fields: "X-A: b\rContent-Length: 5"),
        refused("a CR at the end of a value", fields: "X-A: b\r"),
        refused("a blank before the colon", fields: "X-A : b"),
        refused("a tab before the colon", fields: "X-A\t: b"),
        passed("a value of no bytes", fields: "X-A:"),
        passed("a value of blanks", fields: "X-A: \t \t"),
        passed("a value with a tab", fields: "X-A: b\tc"),
        passed("a value above ASCII", fields: "X-A: ä\u{2028}ö"),
        passed("a name of all symbols of tokens", fields: "!#$%&'*+-.^_`|~0aZ: b"),
        passed("one empty line before the request", "\r\nGET / HTTP/1.1\r\n\(host)\r\n", .forwarded("GET /")),
        refused("two empty lines before the request", "\r\n\r\nGET / HTTP/1.1\r\n\(host)\r\n"),
        refused("a LF before the request", "\nGET / HTTP/1.1\r\n\(host)\r\n"),
        refused("a CR before the request", "\rGET / HTTP/1.1\r\n\(host)\r\n"),
        refused("a blank before the request", " GET / HTTP/1.1\r\n\(host)\r\n"),
        refused("a NUL before the request", "\u{0}GET / HTTP/1.1\r\n\(host)\r\n"),
        refused("a byte order mark before the request", "\u{FEFF}GET / HTTP/1.1\r\n\(host)\r\n"),
    ]

    private static let controlBytes: [ConformanceCase] = [0x00, 0x01, 0x08, 0x0B, 0x0C, 0x1B, 0x1F, 0x7F].flatMap {
        (byte: UInt8) -> [ConformanceCase] in
        let text = String(UnicodeScalar(byte))
        return [
            refused("the byte \(byte) in a value", fields: "X-A: b\(text)c"),
            refused("the byte \(byte) at the end of a long value", fields: "X-A: abcdefghijklmnop\(text)"),
            refused("the byte \(byte) in a name", fields: "X\(text)A: b"),
            refused("the byte \(byte) in a target", "GET /a\(text)b HTTP/1.1\r\n\(host)\r\n"),
            refused("the byte \(byte) in a Host", "GET / HTTP/1.1\r\nHost: acme\(text).hub.test\r\n\r\n"),
            refused("the byte \(byte) after the version", "GET / HTTP/1.1\(text)\r\n\(host)\r\n"),
        ]
    }

    private static let nameSymbols = each("()<>@,;\\\"/[]?={} ä".map { String($0) }) {
        refused("'\($0)' in a name", fields: "X\($0)A: b")
    }

    static let requestLines: [ConformanceCase] = requestLineForms + versions

    private static let requestLineForms: [ConformanceCase] = [
        refused("HTTP/0.9", "GET /\r\n"),
        refused("HTTP/0.9 with fields", "GET /\r\n\(host)\r\n"),
        refused("HTTP/0.9 by its number", "GET / HTTP/0.9\r\n\(host)\r\n", 505),
        refused("HTTP/1.2", "GET / HTTP/1.2\r\n\(host)\r\n", 505),
        refused("HTTP/2.0", "GET / HTTP/2.0\r\n\(host)\r\n", 505),
        refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        refused("no target", "GET HTTP/1.1\r\n\(host)\r\n"),
        refused("no method", " / HTTP/1.1\r\n\(host)\r\n"),
        refused("nothing but a version", "HTTP/1.1\r\n\(host)\r\n"),
        refused("two blanks before the target", "GET  / HTTP/1.1\r\n\(host)\r\n"),
        refused("two blanks after the target", "GET /  HTTP/1.1\r\n\(host)\r\n"),
        refused("a tab after the method", "GET\t/ HTTP/1.1\r\n\(host)\r\n"),
        refused("a tab after the target", "GET /\tHTTP/1.1\r\n\(host)\r\n"),
        refused("a blank after the version", "GET / HTTP/1.1 \r\n\(host)\r\n"),
        refused("a blank in the target", "GET /a b HTTP/1.1\r\n\(host)\r\n"),
        refused("a version in the target", "GET / HTTP/1.1 HTTP/1.1\r\n\(host)\r\n"),
        refused("a target above ASCII", "GET /é HTTP/1.1\r\n\(host)\r\n"),
        refused("a fragment", "GET /a#b HTTP/1.1\r\n\(host)\r\n"),
        refused("a target that is no path", "GET a HTTP/1.1\r\n\(host)\r\n"),
        refused("a target of a query alone", "GET ?a HTTP/1.1\r\n\(host)\r\n"),
        refused("an asterisk for GET", "GET * HTTP/1.1\r\n\(host)\r\n"),
        refused("an asterisk and more", "OPTIONS *a HTTP/1.1\r\n\(host)\r\n"),
        passed("an asterisk for OPTIONS", "OPTIONS * HTTP/1.1\r\n\(host)\r\n", .forwarded("OPTIONS *")),
        passed("two slashes", "GET //globex.hub.test/ HTTP/1.1\r\n\(host)\r\n", .forwarded("GET //globex.hub.test/")),
        passed("dots", "GET /../a/./b HTTP/1.1\r\n\(host)\r\n", .forwarded("GET /../a/./b")),
        passed(
            "escapes that are not undone",
            "GET /%00%0d%0aHost:%20globex%2f..%2f?%23\\|{}[]^\"<>` HTTP/1.1\r\n\(host)\r\n",
            .forwarded("GET /%00%0d%0aHost:%20globex%2f..%2f?%23\\|{}[]^\"<>`")
        ),
        ConformanceCase(
            "HTTP/1.0 that is kept alive",
            Array("GET /a HTTP/1.0\r\n\(host)Connection: keep-alive\r\n\r\n".utf8),
            [.forwarded("GET /a")]
        ),
        ConformanceCase(
            "HTTP/1.0 with a length",
            Array("POST /a HTTP/1.0\r\n\(host)Connection: Keep-Alive\r\nContent-Length: 3\r\n\r\nabc".utf8),
            [.forwarded("POST /a", body: "abc")]
        ),
    ]

    private static let versions = each(
        [
            "HTTP/1.1x", "HTTP/1.10", "HTTP/01.1", "HTTP/1.", "HTTP/1", "HTTP/.1", "HTTP/11", "http/1.1", "Http/1.1",
            "HTTP/1,1", "HTTP /1.1", "HTTPS/1.1", "ICY/1.1", "HTTP/1.１", "HTTP/a.b", "HTTP//1.1", "HTTP/+1.1",
            "HTTP/1.-1",
        ]
    ) { refused("the version '\($0)'", "GET / \($0)\r\n\(host)\r\n") }
}
