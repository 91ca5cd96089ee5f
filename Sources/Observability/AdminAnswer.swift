import NIOCore
import NIOHTTP1

/// What the admin server answers to one request.
struct AdminAnswer {
    let status: HTTPResponseStatus
    let mediaType: String
    let body: [UInt8]

    static let methodNotAllowed = AdminAnswer(status: .methodNotAllowed, text: "Only GET and HEAD.")
    static let unavailable = AdminAnswer(status: .serviceUnavailable, text: "too slow")

    /// - Parameter known: the paths that there are; two or more.
    static func notFound(known: [String]) -> AdminAnswer {
        let list = known.dropLast().joined(separator: ", ") + " and " + (known.last ?? "")
        return AdminAnswer(status: .notFound, text: "Here are \(list).")
    }

    /// The parts to write: a HEAD request gets the head that a GET would.
    func parts(for request: HTTPRequestHead) -> [HTTPPart<HTTPResponseHead, ByteBuffer>] {
        var headers: HTTPHeaders = [
            "content-type": mediaType,
            "content-length": String(body.count),
            "cache-control": "no-store",
        ]
        if status == .methodNotAllowed { headers.add(name: "allow", value: "GET, HEAD") }
        if status == .serviceUnavailable { headers.add(name: "retry-after", value: "1") }
        if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        if request.method == .HEAD { return [.head(head), .end(nil)] }
        return [.head(head), .body(ByteBuffer(bytes: body)), .end(nil)]
    }
}

extension AdminAnswer {
    /// - Parameter text: a sentence for people.
    init(status: HTTPResponseStatus, text: String) {
        self.init(status: status, mediaType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
    }
}
