import NIOCore
import NIOHTTP1

/// Writes a request exactly as its head says: NIO's encoder would choose the framing itself.
final class RequestWriter: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = ByteBuffer

    private var isChunked = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var buffer = context.channel.allocator.buffer(capacity: 512)
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isChunked = head.headers.contains(name: "transfer-encoding")
            buffer.writeString("\(head.method.rawValue) \(head.uri) HTTP/1.1\r\n")
            for (name, value) in head.headers {
                buffer.writeString(name)
                buffer.writeStaticString(": ")
                buffer.writeString(value)
                buffer.writeStaticString("\r\n")
            }
            buffer.writeStaticString("\r\n")
        case .body(.byteBuffer(let bytes)):
            guard isChunked else { return context.write(wrapOutboundOut(bytes), promise: promise) }
            buffer.writeString("\(String(bytes.readableBytes, radix: 16))\r\n")
            buffer.writeImmutableBuffer(bytes)
            buffer.writeStaticString("\r\n")
        case .body(.fileRegion):
            return context.write(data, promise: promise)
        case .end:
            if isChunked { buffer.writeStaticString("0\r\n\r\n") }
        }
        context.write(wrapOutboundOut(buffer), promise: promise)
    }
}
