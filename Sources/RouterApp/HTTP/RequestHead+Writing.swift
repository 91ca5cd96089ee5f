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
}

extension RequestHead {
    /// Writes the head for a backend: the client's end-to-end fields as they came, then framing and the router's own.
    ///
    /// Runs of kept lines are copied at once. Nothing that frames the message is copied.
    func write(_ forwarded: ForwardedRequest, to buffer: inout ByteBuffer) {
        let span = bytes.readableBytesSpan
        buffer.writeString(method.rawValue)
        buffer.writeInteger(ASCII.space)
        buffer.writeBytes(span.extracting(line.target))
        buffer.writeStaticString(" HTTP/1.1\r\n")
        FieldRuns(fields).forEach { kind in
            switch kind {
            case .other, .host, .accept, .date: true
            case .traceparent, .tracestate: forwarded.newTrace == nil
            case .connection, .contentLength, .transferEncoding, .expect, .requestID, .hubRedirect, .dropped: false
            }
        } body: { run in
            buffer.writeBytes(span.extracting(run))
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            buffer.writeStaticString("content-length: ")
            buffer.writeDecimal(length)
            buffer.writeStaticString("\r\n")
        case .chunked:
            buffer.writeStaticString("transfer-encoding: chunked\r\n")
        }
        buffer.writeBytes(forwarded.signature)
        buffer.writeField(HubHeader.clientAddress, forwarded.clientAddress)
        buffer.writeField(HubHeader.router, forwarded.routerName)
        buffer.writeString(HubHeader.requestID)
        buffer.writeStaticString(": ")
        forwarded.requestID.write(to: &buffer)
        buffer.writeStaticString("\r\n")
        if let trace = forwarded.newTrace {
            buffer.writeString(HubHeader.traceparent)
            buffer.writeStaticString(": ")
            trace.write(to: &buffer)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("\r\n")
    }
}

/// The lines of a head that are kept, joined where they lie side by side.
struct FieldRuns {
    private let fields: [HeaderField]

    init(_ fields: [HeaderField]) {
        self.fields = fields
    }

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
