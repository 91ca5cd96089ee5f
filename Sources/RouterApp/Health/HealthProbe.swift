import NIOCore
import NIOPosix
import Placement

/// Asks one backend once, on a connection of its own, whether it lives.
struct HealthProbe: Sendable {
    enum Failure: Error {
        case notConnected
        case noAnswer
        /// It answered with another status than 200.
        case unhealthy
    }

    let address: BackendAddress
    let group: any EventLoopGroup
    let timeout: Duration

    func run() async throws(Failure) {
        let eventLoop = group.next()
        let answer = eventLoop.makePromise(of: Int.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: eventLoop)
                .connectTimeout(TimeAmount(timeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ProbeHandler(address: address, answer: answer))
                    }
                }
                .connect(host: address.host, port: address.port)
                .get()
        } catch {
            answer.fail(Failure.notConnected)
            throw .notConnected
        }
        let limit = eventLoop.scheduleTask(in: TimeAmount(timeout)) { answer.fail(Failure.noAnswer) }
        let status = try? await answer.futureResult.get()
        limit.cancel()
        channel.close(promise: nil)
        guard let status else { throw .noAnswer }
        guard status == 200 else { throw .unhealthy }
    }
}

/// Sends one request and reads the status of its answer.
private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let address: BackendAddress
    private let answer: EventLoopPromise<Int>
    private var parser = HeadParser<StatusLine>(limits: HeadLimits())
    private var inbound = ByteBuffer()

    init(address: BackendAddress, answer: EventLoopPromise<Int>) {
        self.address = address
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let host = address.host.utf8.contains(UInt8(ascii: ":")) ? "[\(address.host)]" : address.host
        let request = "GET /health HTTP/1.1\r\nhost: \(host):\(address.port)\r\nconnection: close\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        inbound.writeBuffer(&piece)
        do throws(ProtocolViolation) {
            guard try parser.parse(inbound.readableBytesSpan) != nil, let line = parser.start else { return }
            answer.succeed(line.status)
        } catch {
            answer.fail(HealthProbe.Failure.noAnswer)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(HealthProbe.Failure.noAnswer)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(HealthProbe.Failure.noAnswer)
        context.close(promise: nil)
    }
}
