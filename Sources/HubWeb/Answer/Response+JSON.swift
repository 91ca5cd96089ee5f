package import HTTPTypes
package import HubModel
package import HubWire
package import Hummingbird
import NIOCore

extension Response {
    /// A JSON answer of the given value.
    package static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        fields: HTTPFields = [:]
    ) throws -> Response {
        try bytes(WireJSON.encode(value), mediaType: "application/json", status: status, fields: fields)
    }

    /// One page of a list, with its `Link` field (RFC 8288) to the next and previous pages.
    package static func page<Item>(_ page: Page<Item>, of request: Request) throws -> Response {
        try self.page(EncodedPage(page, of: request))
    }

    package static func page(_ page: EncodedPage) -> Response {
        var fields: HTTPFields = [:]
        fields[.link] = page.link
        return bytes(page.body, mediaType: "application/json", status: .ok, fields: fields)
    }

    /// A single object with its entity tag; 304 without a body when the client already has it.
    package static func object(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        fields: HTTPFields = [:],
        of request: Request
    ) throws -> Response {
        let body = try WireJSON.encode(value)
        let tag = EntityTag(of: body)
        var fields = fields
        fields[.eTag] = tag.description
        let isRead = request.method == .get || request.method == .head
        if isRead, let condition = request.headers[.ifNoneMatch], tag.matches(anyOf: condition) {
            return Response(status: .notModified, headers: fields)
        }
        return bytes(body, mediaType: "application/json", status: status, fields: fields)
    }

    /// An object that was just made, as it was encoded when it was.
    package static func created(encoded body: [UInt8], location: String?) -> Response {
        created(encoded: body, location: location, isReplay: false)
    }

    private static func created(encoded body: [UInt8], location: String?, isReplay: Bool) -> Response {
        var fields: HTTPFields = [.eTag: EntityTag(of: body).description]
        fields[.location] = location
        if isReplay { fields[.idempotentReplayed] = "true" }
        return bytes(body, mediaType: "application/json", status: .created, fields: fields)
    }

    /// The answer of the first time, to a request that came again under its `Idempotency-Key`.
    package static func replay(_ kept: KeptAnswer) -> Response {
        created(encoded: Array(kept.body.utf8), location: kept.location, isReplay: true)
    }

    package static func problem(_ failure: WebFailure) throws -> Response {
        try bytes(
            WireJSON.encode(failure.problem),
            mediaType: Problem.mediaType,
            status: HTTPResponse.Status(code: failure.problem.status),
            fields: failure.fields
        )
    }

    package static func html(
        _ markup: String,
        status: HTTPResponse.Status = .ok,
        fields: HTTPFields = [:]
    ) -> Response {
        bytes(Array(markup.utf8), mediaType: "text/html; charset=utf-8", status: status, fields: fields)
    }

    /// The answer to a form that succeeded: the browser fetches the given path of this host next.
    package static func seeOther(_ path: String, fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.location] = path
        return Response(status: .seeOther, headers: fields)
    }

    // MARK: - Private

    private static func bytes(
        _ body: [UInt8],
        mediaType: String,
        status: HTTPResponse.Status,
        fields: HTTPFields
    ) -> Response {
        bytes(ByteBuffer(bytes: body), mediaType: mediaType, status: status, fields: fields)
    }

    private static func bytes(
        _ body: ByteBuffer,
        mediaType: String,
        status: HTTPResponse.Status,
        fields: HTTPFields
    ) -> Response {
        var fields = fields
        fields[.contentType] = mediaType
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
    }
}
