import HubWire
import NIOCore

/// How a response is framed towards the client.
enum ClientFraming: Equatable {
    case none
    /// The stated length; nil leaves it out, for HEAD and 304 whose answer stated none.
    case bodiless(stated: Int?)
    case length(Int)
    case chunked
    case untilClose
}

extension ResponseHead {
    /// The framing towards a client, derived from what the backend's framing meant.
    func clientFraming(isHTTP10: Bool) -> ClientFraming {
        switch framing {
        case .none: line.status == 204 || isInformational ? .none : .bodiless(stated: contentLength)
        case .length(let length): .length(length)
        case .chunked, .untilClose: isHTTP10 ? .untilClose : .chunked
        }
    }

    /// Writes the head for a client: the backend's end-to-end fields as they came, then framing and the router's own.
    func write(
        framing: ClientFraming,
        connection: StaticString?,
        requestID: RequestID,
        date: [UInt8],
        to buffer: inout ByteBuffer
    ) {
        let span = bytes.readableBytesSpan
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeBytes(span.extracting(line.text))
        // The blank after the status is required even before an empty reason.
        buffer.writeStaticString(line.text.count == 3 ? " \r\n" : "\r\n")
        var hasDate = false
        FieldRuns(fields).forEach { kind in
            switch kind {
            case .date:
                hasDate = true
                return true
            case .other, .accept, .traceparent, .tracestate: return true
            case .host, .connection, .contentLength, .transferEncoding, .expect, .requestID, .hubRedirect, .dropped:
                return false
            }
        } body: { run in
            buffer.writeBytes(span.extracting(run))
        }
        guard !isInformational else { return buffer.writeEndOfHead() }
        switch framing {
        case .none, .untilClose, .bodiless(stated: nil): break
        case .length(let length), .bodiless(stated: .some(let length)):
            buffer.writeStaticString("content-length: ")
            buffer.writeDecimal(length)
            buffer.writeStaticString("\r\n")
        case .chunked:
            buffer.writeStaticString("transfer-encoding: chunked\r\n")
        }
        if !hasDate {
            buffer.writeStaticString("date: ")
            buffer.writeBytes(date)
            buffer.writeStaticString("\r\n")
        }
        if let connection {
            buffer.writeStaticString("connection: ")
            buffer.writeStaticString(connection)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeString(HubHeader.requestID)
        buffer.writeStaticString(": ")
        requestID.write(to: &buffer)
        buffer.writeStaticString("\r\n\r\n")
    }
}
