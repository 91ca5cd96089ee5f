import HubTesting
package import NIOCore
package import NIOHPACK
package import NIOHTTP2
import NIOPosix
import Synchronization

/// A client of HTTP/2 that sends exactly the frames it is told, allowed or not, and keeps those it gets.
package final class FrameClient: ChannelInboundHandler, Sendable {
    package typealias InboundIn = HTTP2Frame
    package typealias OutboundOut = HTTP2Frame

    /// What came on one stream.
    package struct Answer: Sendable {
        package var heads: [HPACKHeaders] = []
        package var body: [UInt8] = []
        package var isComplete = false
        package var reset: HTTP2ErrorCode?

        /// Of the last head.
        package var status: String? { heads.last?.first(name: ":status") }
        package var text: String { String(decoding: body, as: UTF8.self) }
        package var hasEnded: Bool { isComplete || reset != nil }
    }

    private struct State {
        var answers: [Int: Answer] = [:]
        var goAway: HTTP2ErrorCode?
        var hasSettings = false
        var settings: [HTTP2SettingsParameter: Int] = [:]
        var isClosed = false
        var channel: (any Channel)?
    }

    private let state = Mutex(State())

    private init() {}

    /// Connects to a port of this machine.
    ///
    /// - Parameters:
    ///   - window: what it lets the server send on each stream before it says more.
    ///   - beforeHandshake: what happens between the connection and its first byte.
    package static func connect(
        to port: Int,
        _ dial: SecureDial,
        window: Int = 65_535,
        beforeHandshake: () async throws -> Void = {}
    ) async throws -> FrameClient {
        let client = FrameClient()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port)
            .get()
        try await beforeHandshake()
        try await channel.eventLoop.submit {
            try dial.secure(channel)
            let http2 = NIOHTTP2Handler(
                mode: .client,
                initialSettings: [HTTP2Setting(parameter: .initialWindowSize, value: window)],
                headerBlockValidation: .disabled,
                contentLengthValidation: .disabled
            )
            try channel.pipeline.syncOperations.addHandlers(http2, client)
        }.get()
        try await waitFor("the settings") { client.state.withLock { $0.hasSettings || $0.isClosed } }
        return client
    }

    /// What came on a stream so far.
    package func answer(_ stream: Int) -> Answer { state.withLock { $0.answers[stream] ?? Answer() } }

    /// What the server says of itself.
    package var settings: [HTTP2SettingsParameter: Int] { state.withLock { $0.settings } }
    package var goAway: HTTP2ErrorCode? { state.withLock { $0.goAway } }
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Sends the head of a request with exactly these fields.
    package func send(_ stream: Int, _ fields: KeyValuePairs<String, String>, ends: Bool = true) {
        send(stream, fields.map { ($0.key, $0.value) }, ends: ends)
    }

    package func send(_ stream: Int, _ fields: [(String, String)], ends: Bool = true) {
        let headers = HPACKHeaders(fields)
        send(stream, .headers(HTTP2Frame.FramePayload.Headers(headers: headers, endStream: ends)))
    }

    package func send(_ stream: Int, data: String, ends: Bool = true) {
        let bytes = IOData.byteBuffer(ByteBuffer(string: data))
        send(stream, .data(HTTP2Frame.FramePayload.Data(data: bytes, endStream: ends)))
    }

    package func send(_ stream: Int, _ payload: HTTP2Frame.FramePayload) {
        let frame = HTTP2Frame(streamID: HTTP2StreamID(stream), payload: payload)
        state.withLock { $0.channel }?.writeAndFlush(frame, promise: nil)
    }

    /// The usual fields of a GET.
    package static func get(_ path: String = "/", host: String = "acme.hub.test") -> [(String, String)] {
        [(":method", "GET"), (":scheme", "https"), (":path", path), (":authority", host)]
    }

    /// The usual fields of a POST.
    package static func post(_ path: String = "/", host: String = "acme.hub.test") -> [(String, String)] {
        [(":method", "POST"), (":scheme", "https"), (":path", path), (":authority", host)]
    }

    /// Waits until the answer on a stream is complete, or the stream was reset.
    package func waitForEnd(of stream: Int) async throws -> Answer {
        try await waitFor("the end of stream \(stream); got \(answer(stream))") {
            answer(stream).hasEnded || isClosed
        }
        return answer(stream)
    }

    /// Whether it reads what comes, which it does from the beginning.
    package func read(_ reads: Bool) async throws {
        try await state.withLock { $0.channel }?.setOption(.autoRead, value: reads).get()
    }

    package func close() { state.withLock { $0.channel }?.close(promise: nil) }

    // MARK: ChannelInboundHandler

    package func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        state.withLock { $0.channel = channel }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let stream = Int(frame.streamID)
        state.withLock { state in
            switch frame.payload {
            case .headers(let headers):
                state.answers[stream, default: Answer()].heads.append(headers.headers)
                if headers.endStream { state.answers[stream]?.isComplete = true }
            case .data(let data):
                if case .byteBuffer(let bytes) = data.data {
                    state.answers[stream, default: Answer()].body.append(contentsOf: bytes.readableBytesView)
                }
                if data.endStream { state.answers[stream, default: Answer()].isComplete = true }
            case .rstStream(let code): state.answers[stream, default: Answer()].reset = code
            case .goAway(_, let code, _): state.goAway = code
            case .settings(.settings(let settings)):
                state.hasSettings = true
                for setting in settings { state.settings[setting.parameter] = setting.value }
            case .windowUpdate, .priority, .settings, .pushPromise, .ping, .alternativeService, .origin: break
            }
        }
    }

    package func channelInactive(context: ChannelHandlerContext) { state.withLock { $0.isClosed = true } }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What a test sends against the rules is complained about here too.
        guard !(error is NIOHTTP2Errors.StreamError) else { return }
        context.close(promise: nil)
    }
}
