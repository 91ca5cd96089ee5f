import NIOCore

/// One of the two channels of a proxied connection.
final class ProxyEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: ProxiedConnection
    private let side: ProxiedConnection.Side

    init(_ connection: ProxiedConnection, _ side: ProxiedConnection.Side) {
        self.connection = connection
        self.side = side
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(.bytes(unwrapInboundIn(data)), from: side)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.end(side)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
