import HTTPTypes
package import Hummingbird
import NIOCore

/// Serves a text whose address changes whenever it does, so that browsers keep it for ever.
package struct AssetRoutes: Sendable {
    private let path: String
    private let mediaType: String
    private let text: String

    package init(path: String, mediaType: String, text: String) {
        self.path = path
        self.mediaType = mediaType
        self.text = text
    }

    package func add(to router: Router<WebContext>) {
        let body = ByteBuffer(string: text)
        let fields: HTTPFields = [
            .contentType: mediaType, .cacheControl: "public, max-age=31536000, immutable",
        ]
        router.get(RouterPath(path)) { _, _ in
            Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: body))
        }
    }
}
