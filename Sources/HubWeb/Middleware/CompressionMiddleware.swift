import Compression
import HTTPTypes
package import Hummingbird
import NIOCore

/// Sends bodies as gzip to clients that can decode it.
///
/// A compressed body is another representation, so its strong entity tag is another one too: the plain one's with
/// `-gzip` inside. Handlers know nothing of that; the tags of a request's conditions are translated on the way in.
///
/// Not compressed is what is small, is compressed already, is a stream of events, or carries a secret: the length of a
/// compressed answer tells something of a secret beside text that a stranger can choose (the BREACH attack). Here the
/// answers with a secret are those that set a cookie.
package struct CompressionMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    /// Bodies below this many bytes fit into a packet or two as they are.
    package static let minimumLength = 1024
    private static let tagSuffix = "-gzip"

    package init() {}

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(plain(request), context)
        switch response.status {
        case .notModified:
            // Of which length, and of which representation, the client knows from the answer it has.
            response.headers[.contentLength] = nil
            addVary(to: &response)
            let tag = response.headers[.eTag].map(CompressionMiddleware.compressed)
            if let tag, request.headers[.ifNoneMatch]?.contains(tag) == true { response.headers[.eTag] = tag }
        case _ where isCompressible(response):
            addVary(to: &response)
            try await compress(&response, for: request)
        default:
            break
        }
        return response
    }

    // MARK: - Private

    /// The request, with the tags that handlers know.
    private func plain(_ request: Request) -> Request {
        var head = request.head
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch] {
            guard let tags = head.headerFields[name] else { continue }
            head.headerFields[name] = tags.replacing("\(CompressionMiddleware.tagSuffix)\"", with: "\"")
        }
        return Request(head: head, body: request.body)
    }

    private func compress(_ response: inout Response, for request: Request) async throws {
        let accepted = AcceptEncoding(request.headers[.acceptEncoding])
        // A HEAD has no body, but the fields of a GET's.
        let length =
            request.method == .head ? response.headers[.contentLength].flatMap(Int.init) : response.body.contentLength
        let isWorthIt = length.map { $0 >= CompressionMiddleware.minimumLength } ?? true
        guard accepted == .gzipOnly || accepted == .gzip && isWorthIt else { return }
        if request.method == .head {
            response.headers[.contentLength] = nil
        } else if length == nil {
            response.body = ResponseBody { [body = response.body] writer in
                try await body.write(GzipWriter(parent: writer))
            }
        } else {
            response.body = ResponseBody(byteBuffer: try await BodyCollector.gzip(response.body))
        }
        response.headers[.contentEncoding] = "gzip"
        if let tag = response.headers[.eTag] { response.headers[.eTag] = CompressionMiddleware.compressed(tag) }
    }

    private func isCompressible(_ response: Response) -> Bool {
        let fields = response.headers
        guard
            response.status != .partialContent, response.status != .noContent, response.status.kind != .informational,
            response.status.kind != .redirection, fields[.contentEncoding] == nil, fields[.contentRange] == nil,
            fields[.setCookie] == nil, fields[.cacheControl]?.contains("no-transform") != true,
            let type = fields[.contentType]?.prefix(while: { $0 != ";" && $0 != " " }).lowercased()
        else { return false }
        switch type {
        case "text/event-stream": return false
        case "application/json", "application/x-ndjson", "application/javascript", "image/svg+xml": return true
        default: return type.hasPrefix("text/") || type.hasSuffix("+json")
        }
    }

    private func addVary(to response: inout Response) {
        let others = response.headers[.vary].map { "\($0), " } ?? ""
        response.headers[.vary] = "\(others)Accept-Encoding"
    }

    private static func compressed(_ tag: String) -> String {
        tag.last == "\"" ? "\(tag.dropLast())\(tagSuffix)\"" : tag
    }
}

/// Compresses a body while it is written; each piece can be decoded when it arrives.
private struct GzipWriter: ResponseBodyWriter {
    var parent: any ResponseBodyWriter
    let encoder = GzipEncoder()

    init(parent: any ResponseBodyWriter) {
        self.parent = parent
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        guard buffer.readableBytes > 0 else { return }
        try await parent.write(ByteBuffer(bytes: encoder.encode(Array(buffer.readableBytesView), .sync)))
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await parent.write(ByteBuffer(bytes: encoder.encode([], .finish)))
        try await parent.finish(trailingHeaders)
    }
}

/// Takes a body that is complete already.
private struct BodyCollector: ResponseBodyWriter {
    private final class Bytes {
        var all: [UInt8] = []
    }

    private let bytes = Bytes()

    static func gzip(_ body: ResponseBody) async throws -> ByteBuffer {
        let collector = BodyCollector()
        try await body.write(collector)
        return ByteBuffer(bytes: GzipEncoder.encode(collector.bytes.all))
    }

    func write(_ buffer: ByteBuffer) async throws { bytes.all += buffer.readableBytesView }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
