import HubWire
import NIOCore

/// What the router says about a request to the backend it forwards it to.
struct ForwardedRequest {
    /// Lines that name and sign the tenant, or the scope of control; each with its line break.
    let signature: [UInt8]
    let clientAddress: String
    let routerName: String
    let requestID: RequestID
    /// A `traceparent` of the router's own, when the client's is missing or malformed.
    let newTrace: TraceContext?
    /// Whether it came over TLS.
    var isSecure = false
}

extension RequestHead {
    /// Writes the head for a backend: the client's end-to-end fields as they came, then framing and the router's own.
    ///
    /// Runs of kept lines are copied at once. Nothing that frames the message is copied.
    func write(_ forwarded: ForwardedRequest, to buffer: inout ByteBuffer) {
        // The request line grows no longer, and no field is written twice.
        let length =
            bytes.readableBytes + forwarded.signature.count + forwarded.clientAddress.utf8.count
            + forwarded.routerName.utf8.count + RequestID.longest + RequestHead.longestAddition
        buffer.writeHead(atMost: length) { writer in write(forwarded, to: &writer) }
    }

    // MARK: - Private

    /// More than the names of the router's own fields, a length and a trace take together.
    private static let longestAddition = 512

    private func write(_ forwarded: ForwardedRequest, to writer: inout HeadWriter) {
        let span = bytes.readableBytesSpan
        writer.write(method.name)
        writer.write(ASCII.space)
        writer.write(span.extracting(line.target))
        writer.write(" HTTP/1.1\r\n")
        FieldRuns(fields).forEach { kind in
            switch kind {
            case .other, .host, .accept, .date, .strictTransport: true
            case .traceparent, .tracestate: forwarded.newTrace == nil
            case .connection, .upgrade, .contentLength, .transferEncoding, .expect, .requestID, .hubRedirect, .dropped:
                false
            }
        } body: { run in
            writer.write(span.extracting(run))
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            writer.write("content-length: ")
            writer.write(decimal: length)
            writer.write("\r\n")
        case .chunked:
            writer.write("transfer-encoding: chunked\r\n")
        }
        if webSocketKey != nil { writer.write("connection: upgrade\r\nupgrade: websocket\r\n") }
        writer.write(forwarded.signature)
        writer.write(FieldName.clientAddress)
        writer.write(forwarded.clientAddress)
        if forwarded.isSecure { writer.write("\r\nx-forwarded-proto: https") }
        writer.write(FieldName.router)
        writer.write(forwarded.routerName)
        writer.write(FieldName.requestID)
        forwarded.requestID.write(to: &writer)
        if let trace = forwarded.newTrace {
            writer.write(FieldName.traceparent)
            trace.write(to: &writer)
        }
        writer.write("\r\n\r\n")
    }
}

/// The names of the router's own fields, ready to be written.
enum FieldName {
    static let clientAddress = Array("\(HubHeader.clientAddress): ".utf8)
    static let router = Array("\r\n\(HubHeader.router): ".utf8)
    static let requestID = Array("\r\n\(HubHeader.requestID): ".utf8)
    static let traceparent = Array("\r\n\(HubHeader.traceparent): ".utf8)
}

/// The lines of a head that are kept, joined where they lie side by side.
struct FieldRuns {
    private let fields: [HeaderField]

    init(_ fields: [HeaderField]) {
        self.fields = fields
    }

    @inline(__always)
    func forEach(_ isKept: (HeaderField.Kind) -> Bool, body: (Range<Int>) -> Void) {
        var run: Range<Int>?
        for field in fields {
            if isKept(field.kind) {
                run = (run?.lowerBound ?? field.line.lowerBound)..<field.line.upperBound
            } else if let range = run {
                body(range)
                run = nil
            }
        }
        if let run { body(run) }
    }
}
