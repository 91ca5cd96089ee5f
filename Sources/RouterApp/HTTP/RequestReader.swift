import HubWire
import NIOCore

/// Reads what a client sends as a connection does, without a connection: for fuzzing.
package struct RequestReader {
    package enum Event: Equatable, Sendable {
        /// A request, by the head with which it is forwarded, and whether its data is forwarded in chunks.
        case request([UInt8], inChunks: Bool)
        case data([UInt8])
        case end
        /// Nothing more is read after it.
        case refused(status: Int)
    }

    private enum State {
        case head
        case body(BodyDecoder)
        case refused
    }

    private var state = State.head
    private var parser = HeadParser<RequestLine>(limits: HeadLimits())
    private var inbound = ByteBuffer()

    package init() {}

    /// Reads on.
    package mutating func read(_ bytes: some Sequence<UInt8>) -> [Event] {
        inbound.writeBytes(bytes)
        var events: [Event] = []
        do throws(ProtocolViolation) {
            while try step(&events) {}
        } catch {
            state = .refused
            events.append(.refused(status: error.code.rawValue))
        }
        return events
    }

    // MARK: - Private

    private mutating func step(_ events: inout [Event]) throws(ProtocolViolation) -> Bool {
        switch state {
        case .refused:
            return false
        case .head:
            guard inbound.readableBytes > 0 else { return false }
            let received = inbound
            guard let length = try parser.parse(received.readableBytesSpan),
                let bytes = inbound.readSlice(length: length)
            else { return false }
            let head = try RequestHead(&parser, bytes: bytes)
            parser.reset()
            events.append(.request(RequestReader.forwarded(head), inChunks: head.framing == .chunked))
            state = .body(BodyDecoder(head.framing))
            return true
        case .body(var decoder):
            let piece = try decoder.next(from: &inbound)
            state = .body(decoder)
            if let piece { events.append(.data(Array(piece.readableBytesView))) }
            if decoder.isComplete {
                events.append(.end)
                state = .head
                return true
            }
            return piece != nil
        }
    }

    private static func forwarded(_ head: RequestHead) -> [UInt8] {
        var buffer = ByteBuffer()
        let forwarded = ForwardedRequest(
            signature: Array("\(HubHeader.signature): fuzz\r\n".utf8),
            clientAddress: "192.0.2.1",
            routerName: "fuzz",
            requestID: RequestID(high: 1, low: 2),
            newTrace: TraceContext.isPresent(in: head) ? nil : TraceContext(traceHigh: 1, traceLow: 2, parent: 3)
        )
        head.write(forwarded, to: &buffer)
        return Array(buffer.readableBytesView)
    }
}
