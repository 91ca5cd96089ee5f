package import HubWire
package import Hummingbird
import NIOCore

/// One page of a list, as it goes over the wire.
package struct EncodedPage: Sendable {
    let body: ByteBuffer
    /// The `Link` field (RFC 8288) that leads to the next and previous pages.
    let link: String?

    package init<Item>(_ page: Page<Item>, of request: Request) throws {
        body = ByteBuffer(bytes: try WireJSON.encode(page))
        link = page.link(
            path: request.uri.path,
            query: QueryReader.others(than: ["limit", "offset"], in: request)
        )
    }
}
