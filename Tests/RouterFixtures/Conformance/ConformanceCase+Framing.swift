extension ConformanceCase {
    private static let chunk = "3\r\nabc\r\n0\r\n\r\n"

    /// Content-Length against Transfer-Encoding, and every spelling of the latter.
    static let framing: [ConformanceCase] =
        framingFields + encodings + encodingLines + encodingSpellings

    private static let framingFields: [ConformanceCase] = [
        refused("length and encoding", fields: "Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
        refused("encoding and length", fields: "Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n"),
        refused("length 0 and encoding", fields: "Content-Length: 0\r\nTransfer-Encoding: chunked", body: chunk),
        refused("length and identity", fields: "Content-Length: 3\r\nTransfer-Encoding: identity", body: "abc"),
        refused("length and an unknown encoding", fields: "Content-Length: 3\r\nTransfer-Encoding: x", body: "abc"),
        refused(
            "chunked on two lines",
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            body: chunk
        ),
        refused(
            "identity, then chunked",
            fields: "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            body: chunk
        ),
        refused(
            "chunked, then identity",
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            body: chunk
        ),
        refused(
            "chunked, then an empty encoding",
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding:",
            body: chunk
        ),
        refused(
            "an encoding in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: acme.hub.test\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
        ),
        refused(
            "an encoding in HTTP/1.0 that is kept alive",
            "POST / HTTP/1.0\r\nHost: acme.hub.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk
        ),
        passed(
            "a length nominated by Connection",
            fields: "Connection: content-length\r\nContent-Length: 3",
            body: "abc",
            as: "abc"
        ),
        passed(
            "an encoding nominated by Connection",
            fields: "Connection: transfer-encoding\r\nTransfer-Encoding: chunked",
            body: chunk,
            as: "abc"
        ),
        passed(
            "a Host nominated by Connection",
            fields: "Connection: host, hub-tenant\r\nContent-Length: 3",
            body: "abc",
            as: "abc"
        ),
        refused("a Connection that is no list of names", fields: "Connection: a b"),
        // A name with an underscore is another name, and so the body is the next request.
        passed("an encoding with an underscore", fields: "Transfer_Encoding: chunked"),
        ConformanceCase(
            "an encoding with an underscore and a body",
            Array("POST / HTTP/1.1\r\nHost: acme.hub.test\r\nTransfer_Encoding: chunked\r\n\r\n\(chunk)".utf8),
            [.forwarded("POST /"), .refused(400)]
        ),
    ]

    private static let encodings = each(
        [
            "xchunked", "chunke", "chunkedd", "\"chunked\"", "chunked;q=1", "chunked, chunked", "chunked,", ",chunked",
            "gzip", "gzip, chunked", "chunked, gzip", "chunked, identity", "identity", "x chunked", "chunked x", "",
            "trailers", "c hunked", "chunked\u{0}", "\u{0}chunked", "\u{B}chunked", "chunked\u{B}", "\u{C}chunked",
            "chunked\u{C}", "\u{7F}chunked", "\u{1}chunked", "\u{A0}chunked", "ſchunked", "Kchunked", "%63hunked",
        ]
    ) { refused("the encoding '\($0.debugDescription)'", fields: "Transfer-Encoding: \($0)", body: chunk) }

    private static let encodingLines = each(
        [
            " Transfer-Encoding: chunked", "\tTransfer-Encoding: chunked", "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked", "Transfer-Encoding\u{0}: chunked", "Transfer-Encoding\u{B}: chunked",
            "Transfer-Encoding:\r\n chunked", "Transfer-Encoding:\r\n\tchunked", "Transfer-Encoding\r\n: chunked",
            "X: y\r\n Transfer-Encoding: chunked", "Transfer-Encoding:\n chunked", "Transfer-Encoding: chunked\nX: y",
            "X: y\nTransfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\rX: y",
            "Transfer-Encoding: chun\r\n ked", "\"Transfer-Encoding\": chunked", "Transfer-Encoding; chunked",
            "Transfer-Encoding chunked", "Transfer Encoding: chunked", "Träns: x\r\nTransfer-Encoding: chunked",
            "Content-Length: 3\r\n Transfer-Encoding: chunked", ":Transfer-Encoding: chunked", ": chunked",
        ]
    ) { refused("the line '\($0.debugDescription)'", fields: $0, body: chunk) }

    private static let encodingSpellings = each(
        [
            "Transfer-Encoding: chunked", "transfer-encoding:chunked", "TRANSFER-ENCODING:\tCHUNKED \t",
            "Transfer-Encoding:  \t Chunked", "tRANSFER-eNCODING: chunkeD",
        ]
    ) { passed("the line '\($0.debugDescription)'", fields: $0, body: chunk, as: "abc") }

    /// Content-Length in every spelling.
    static let lengths: [ConformanceCase] = lengthFields + lengthSpellings + lengthMethods + chunkMethods

    private static let lengthFields: [ConformanceCase] = [
        refused("two lengths that differ", fields: "Content-Length: 3\r\nContent-Length: 5", body: "abcde"),
        refused("two lengths that are equal", fields: "Content-Length: 3\r\nContent-Length: 3", body: "abc"),
        refused("two lengths, one of them 0", fields: "Content-Length: 0\r\nContent-Length: 3", body: "abc"),
        refused("two lengths in other letters", fields: "Content-Length: 3\r\ncontent-length: 4", body: "abcd"),
        refused("a second length before a blank", fields: "Content-Length: 3\r\nContent-Length : 4", body: "abcd"),
        passed("a length with an underscore", fields: "Content_Length: 5"),
        passed("a length of 0", fields: "Content-Length: 0"),
        passed("no length", fields: "X-A: b"),
        passed("a length between blanks", fields: "Content-Length: \t 3 \t", body: "abc", as: "abc"),
        passed("a length with zeros before it", fields: "Content-Length: 003", body: "abc", as: "abc"),
        passed(
            "a body that looks like a request",
            fields: "Content-Length: \(smuggled.utf8.count)",
            body: smuggled,
            as: smuggled
        ),
        ConformanceCase(
            "a body that is longer than its length",
            Array("POST / HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 3\r\n\r\nabc\(smuggled)".utf8),
            [.forwarded("POST /", body: "abc"), .forwarded("GET /smuggled", host: "globex.hub.test")]
        ),
    ]

    private static let lengthSpellings = each(
        [
            "+3", "-3", "-0", "+0", "0x3", "3h", "3.0", "3e0", "3,3", "3, 3", "3,", ",3", "3;", "3 3", "3\t3", "0 3",
            "",
            "\u{0}3", "3\u{0}", "\u{B}3", "3\u{B}", "３", "²", "a", "99999999999999999999", "18446744073709551619",
            "9223372036854775808", "9223372036854775811", "4294967299999999999999", "\"3\"", "3\r", "\r3",
        ]
    ) { refused("the length '\($0.debugDescription)'", fields: "Content-Length: \($0)", body: "abc") }

    private static let bodyMethods = ["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH"]

    private static let lengthMethods = each(bodyMethods) {
        passed("\($0) with a length", fields: "Content-Length: 3", body: "abc", as: "abc", method: $0)
    }

    private static let chunkMethods = each(bodyMethods) {
        passed("\($0) in chunks", fields: "Transfer-Encoding: chunked", body: chunk, as: "abc", method: $0)
    }
}
