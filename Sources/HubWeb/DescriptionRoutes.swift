import HTTPTypes
package import Hummingbird
import NIOCore

/// Serves a document that is the same as long as the process runs, with an entity tag.
package struct DescriptionRoutes: Sendable {
    private let path: String
    private let body: ByteBuffer
    private let tag: EntityTag

    package init(path: String, json: [UInt8]) {
        self.path = path
        body = ByteBuffer(bytes: json)
        tag = EntityTag(of: json)
    }

    package func add(to router: Router<WebContext>) {
        router.get(RouterPath(path)) { [body, tag] request, _ in
            var fields: HTTPFields = [.eTag: tag.description, .cacheControl: "public, max-age=300"]
            if let condition = request.headers[.ifNoneMatch], tag.matches(anyOf: condition) {
                return Response(status: .notModified, headers: fields)
            }
            fields[.contentType] = "application/json"
            return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: body))
        }
    }
}
