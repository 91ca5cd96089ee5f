import NIOCore
import NIOHTTP1

/// What the admin server answers to one request.
struct AdminAnswer {
    let status: HTTPResponseStatus
    let mediaType: String
    let body: [UInt8]

    static let notFound = AdminAnswer(
        status: .notFound,
        mediaType: "text/plain; charset=utf-8",
        body: Array("Here are /health, /ready and /metrics.\n".utf8)
    )

    static let methodNotAllowed = AdminAnswer(
        status: .methodNotAllowed,
        mediaType: "text/plain; charset=utf-8",
        body: Array("Only GET and HEAD.\n".utf8)
    )

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
