extension ConformanceCase {
    private static func chunked(_ body: String) -> String {
        "POST /c HTTP/1.1\r\nHost: acme.hub.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    }

    /// The chunked coding, its extensions and its trailers.
    static let chunks: [ConformanceCase] = badChunks + goodChunks + requestsInChunks

    private static let badChunks = each(
        [
            "5\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\rabc\r\n0\r\n\r\n", "3\r\r\nabc\r\n0\r\n\r\n",
            "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r0\r\n\r\n", "3\r\nabc0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
            "3\r\nabc\r\n\r\n0\r\n\r\n", "3\r\nabc\r\n0\n\r\n", "3\r\nabc\r\n0\r\n\n", "3\r\nabc\r\n0\r\n\rX\r\n",
            "x\r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "3\t\r\nabc\r\n0\r\n\r\n",
            "3 ;a\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n",
            "3h\r\nabc\r\n0\r\n\r\n", "3.0\r\nabc\r\n0\r\n\r\n", "3,3\r\nabc\r\n0\r\n\r\n", "0_3\r\nabc\r\n0\r\n\r\n",
            "\r\n3\r\nabc\r\n0\r\n\r\n", ";\r\n3\r\nabc\r\n0\r\n\r\n", "\u{0}3\r\nabc\r\n0\r\n\r\n",
            "３\r\nabc\r\n0\r\n\r\n",
            "10000000000000003\r\nabc\r\n0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
            "ffffffffffffffff\r\nabc\r\n0\r\n\r\n", "8000000000000003\r\nabc\r\n0\r\n\r\n",
            "0000000000000003\r\nabc\r\n0\r\n\r\n",
            "3;\na\r\nabc\r\n0\r\n\r\n", "3;a\rb\r\nabc\r\n0\r\n\r\n", "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n",
            "3;a\u{0}\r\nabc\r\n0\r\n\r\n", "3;a\u{B}\r\nabc\r\n0\r\n\r\n", "3;a\u{7F}\r\nabc\r\n0\r\n\r\n",
            "3;\(String(repeating: "a", count: 5000))\r\nabc\r\n0\r\n\r\n",
            String(repeating: "1;\(String(repeating: "a", count: 1000))\r\na\r\n", count: 40) + "0\r\n\r\n",
            "3\r\nabc\r\n0\r\nX\r\n\r\n", "3\r\nabc\r\n0\r\nX : a\r\n\r\n", "3\r\nabc\r\n0\r\n X: a\r\n\r\n",
            "3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n", "3\r\nabc\r\n0\r\nTransfer-Encoding: x\r\n\r\n",
            "3\r\nabc\r\n0\r\nHost: globex.hub.test\r\n\r\n", "3\r\nabc\r\n0\r\nConnection: close\r\n\r\n",
            "3\r\nabc\r\n0\r\nX: a\r\n b\r\n\r\n", "3\r\nabc\r\n0\r\nX: a\n\r\n", "3\r\nabc\r\n0\r\nX: a\u{0}\r\n\r\n",
            "3\r\nabc\r\n0\r\n: a\r\n\r\n",
            "3\r\nabc\r\n0\r\n" + String(repeating: "X: \(String(repeating: "a", count: 1000))\r\n", count: 20)
                + "\r\n",
        ]
    ) { refused("the chunks '\(String($0.prefix(40)).debugDescription)'", chunked($0)) }

    private static let chunksAndData: [(body: String, data: String)] = [
        ("3\r\nabc\r\n0\r\n\r\n", "abc"), ("0\r\n\r\n", ""), ("000\r\n\r\n", ""),
        ("A\r\n0123456789\r\n1\r\na\r\n0\r\n\r\n", "0123456789a"), ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("0003\r\nabc\r\n0\r\n\r\n", "abc"), ("3;a\r\nabc\r\n0;b=c\r\n\r\n", "abc"),
        ("3;a=\"b;c\"\r\nabc\r\n0\r\n\r\n", "abc"), ("3; a = b\r\nabc\r\n0\r\n\r\n", "abc"),
        ("3\r\n\r\n0\r\n0\r\n\r\n", "\r\n0"), ("5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"),
        ("3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n", "abc"),
    ]

    private static let goodChunks: [ConformanceCase] = chunksAndData.map { body, data in
        passed("the chunks '\(body.debugDescription)'", chunked(body), .forwarded("POST /c", body: data))
    }

    private static let requestsInChunks: [ConformanceCase] = [
        passed(
            "a request within a chunk",
            chunked("\(String(smuggled.utf8.count, radix: 16))\r\n\(smuggled)\r\n0\r\n\r\n"),
            .forwarded("POST /c", body: smuggled)
        ),
        passed(
            "a request right after the last chunk",
            chunked("0\r\n\r\n" + smuggled),
            .forwarded("POST /c"),
            .forwarded("GET /smuggled", host: "globex.hub.test")
        ),
    ]
}
