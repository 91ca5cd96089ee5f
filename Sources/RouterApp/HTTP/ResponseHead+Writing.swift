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
        if isSwitch { return .untilClose }
        return switch framing {
        case .none: line.status == 204 || isInformational ? .none : .bodiless(stated: contentLength)
        case .length(let length): .length(length)
        case .chunked, .untilClose: isHTTP10 ? .untilClose : .chunked
        }
    }

    /// Writes the head for a client: the backend's end-to-end fields as they came, then framing and the router's own.
    ///
    /// - Parameter strictTransport: the field line that takes the place of the backend's `Strict-Transport-Security`, or
    ///   nothing in its place; nil leaves the backend's.
    func write(
        framing: ClientFraming,
        connection: StaticString?,
        requestID: RequestID,
        date: [UInt8],
        strictTransport: [UInt8]? = nil,
        to buffer: inout ByteBuffer
    ) {
        // The status line grows by a blank at most, and no field is written twice.
        let length =
            bytes.readableBytes + date.count + (strictTransport?.count ?? 0) + RequestID.longest
            + ResponseHead.longestAddition
        buffer.writeHead(atMost: length) { writer in
            writeFields(to: &writer, date: isInformational ? nil : date, keepsStrictTransport: strictTransport == nil)
            if !isInformational {
                writeFraming(framing, to: &writer)
                if let connection {
                    writer.write("connection: ")
                    writer.write(connection)
                    writer.write("\r\n")
                }
                if isSwitch { writer.write("upgrade: websocket\r\n") }
                if let strictTransport { writer.write(strictTransport) }
                writer.write("x-request-id: ")
                requestID.write(to: &writer)
                writer.write("\r\n")
            }
            writer.write("\r\n")
        }
    }

    // MARK: - Private

    /// More than the names of the router's own fields and a length take together.
    private static let longestAddition = 256

    /// - Parameter date: to be stated when the backend did not.
    private func writeFields(to writer: inout HeadWriter, date: [UInt8]?, keepsStrictTransport: Bool) {
        let span = bytes.readableBytesSpan
        writer.write("HTTP/1.1 ")
        writer.write(span.extracting(line.text))
        // The blank after the status is required even before an empty reason.
        writer.write(line.text.count == 3 ? " \r\n" : "\r\n")
        var hasDate = false
        FieldRuns(fields).forEach { kind in
            switch kind {
            case .date:
                hasDate = true
                return true
            case .strictTransport: return keepsStrictTransport
            case .other, .accept, .traceparent, .tracestate: return true
            case .host, .connection, .upgrade, .contentLength, .transferEncoding, .expect, .requestID, .hubRedirect,
                .dropped:
                return false
            }
        } body: { run in
            writer.write(span.extracting(run))
        }
        guard !hasDate, let date else { return }
        writer.write("date: ")
        writer.write(date)
        writer.write("\r\n")
    }

    private func writeFraming(_ framing: ClientFraming, to writer: inout HeadWriter) {
        switch framing {
        case .none, .untilClose, .bodiless(stated: nil): break
        case .length(let length), .bodiless(stated: .some(let length)):
            writer.write("content-length: ")
            writer.write(decimal: length)
            writer.write("\r\n")
        case .chunked:
            writer.write("transfer-encoding: chunked\r\n")
        }
    }
}
