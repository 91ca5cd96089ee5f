import NIOCore

/// Reads the chunked transfer coding (RFC 9112 section 7.1), strictly: CR LF everywhere, no blank around the size.
///
/// Chunk extensions and trailers are checked and dropped, as that section and RFC 9110 section 6.5.1 allow.
struct ChunkedDecoder {
    private enum State {
        /// Before a size line; `bytes` of it have been looked at.
        case size
        case data(remaining: Int)
        /// Before the line break after a chunk's data.
        case dataEnd
        case trailers(bytes: Int)
        case complete
    }

    private var state = State.size
    /// Bytes of size lines beyond what chunks of a fair size need.
    private var overhead = 0

    private static let lineLimit = 4096
    private static let trailerLimit = 16 * 1024
    private static let overheadLimit = 16 * 1024
    /// Bytes of a size line that each chunk may have, and two more for each byte of its data.
    private static let fairOverhead = 16

    var isComplete: Bool {
        if case .complete = state { return true }
        return false
    }

    mutating func next(from input: inout ByteBuffer) throws(ProtocolViolation) -> ByteBuffer? {
        while true {
            switch state {
            case .complete:
                return nil
            case .size:
                guard let line = try ChunkedDecoder.line(from: &input, limit: ChunkedDecoder.lineLimit) else {
                    return nil
                }
                let size = try ChunkedDecoder.size(line.readableBytesSpan)
                try count(overhead: line.readableBytes, of: size)
                state = size == 0 ? .trailers(bytes: 0) : .data(remaining: size)
            case .data(let remaining):
                let count = min(remaining, input.readableBytes)
                guard count > 0, let piece = input.readSlice(length: count) else { return nil }
                state = count == remaining ? .dataEnd : .data(remaining: remaining - count)
                return piece
            case .dataEnd:
                guard let line = try ChunkedDecoder.line(from: &input, limit: 0) else { return nil }
                guard line.readableBytes == 0 else {
                    throw ProtocolViolation(.badRequest, "a chunk is longer than its size")
                }
                state = .size
            case .trailers(let bytes):
                let limit = ChunkedDecoder.trailerLimit - bytes
                guard let line = try ChunkedDecoder.line(from: &input, limit: limit) else { return nil }
                if line.readableBytes == 0 {
                    state = .complete
                } else {
                    try ChunkedDecoder.check(trailer: line.readableBytesSpan)
                    state = .trailers(bytes: bytes + line.readableBytes)
                }
            }
        }
    }

    // MARK: - Private

    /// A body of little data in much framing costs its reader more than any limit on the data allows for.
    private mutating func count(overhead bytes: Int, of size: Int) throws(ProtocolViolation) {
        // Beyond the limit it makes no difference how large a chunk is.
        let fair = ChunkedDecoder.fairOverhead + 2 * min(size, ChunkedDecoder.overheadLimit)
        overhead = max(0, overhead + bytes - fair)
        guard overhead <= ChunkedDecoder.overheadLimit else {
            throw ProtocolViolation(.badRequest, "the chunks are mostly framing")
        }
    }

    /// Takes a line without its CR LF, or nil when it has not all come.
    private static func line(
        from input: inout ByteBuffer,
        limit: Int
    ) throws(ProtocolViolation) -> ByteBuffer? {
        guard let length = try lineLength(input.readableBytesSpan, limit: limit) else { return nil }
        let line = input.readSlice(length: length)
        input.moveReaderIndex(forwardBy: 2)
        return line
    }

    /// The length of the first line without its CR LF.
    private static func lineLength(_ bytes: RawSpan, limit: Int) throws(ProtocolViolation) -> Int? {
        let lineFeed = bytes.firstLineFeed(from: 0)
        let end = lineFeed ?? bytes.byteCount
        // Without its line feed, what has come may end with the CR, and must when nothing may be before that.
        let mustEndWithCR = lineFeed != nil || end == limit + 1
        guard end <= limit + 1, !mustEndWithCR || end > 0 && bytes[end - 1] == ASCII.carriageReturn else {
            throw ProtocolViolation(.badRequest, "a chunk's line is too long or not ended by CR LF")
        }
        return lineFeed.map { $0 - 1 }
    }

    /// The size at the beginning of a chunk's line; an extension is checked and ignored.
    private static func size(_ line: RawSpan) throws(ProtocolViolation) -> Int {
        var size = 0
        var offset = 0
        while offset < line.byteCount, let digit = ASCII.hexDigit(line[offset]) {
            // 15 digits stay below the largest Int.
            guard offset < 15 else { throw ProtocolViolation(.badRequest, "a chunk's size has too many digits") }
            size = size << 4 | digit
            offset += 1
        }
        let isAlone = offset == line.byteCount
        guard offset > 0, isAlone || line[offset] == ASCII.semicolon, line.isFieldValue(offset..<line.byteCount) else {
            throw ProtocolViolation(.badRequest, "a chunk's size is no hexadecimal number")
        }
        return size
    }

    private static func check(trailer line: RawSpan) throws(ProtocolViolation) {
        var colon = 0
        while colon < line.byteCount, ASCII.isToken(line[colon]) { colon += 1 }
        guard
            colon > 0, colon < line.byteCount, line[colon] == ASCII.colon, line.isFieldValue(colon + 1..<line.byteCount)
        else { throw ProtocolViolation(.badRequest, "a trailer is no field line") }
        // What says where a message ends or goes is no trailer (RFC 9110 section 6.5.1): who sends it means another message.
        switch HeaderField.Kind(name: 0..<colon, in: line) {
        case .host, .connection, .contentLength, .transferEncoding:
            throw ProtocolViolation(.badRequest, "a trailer frames or routes the message")
        case .other, .expect, .accept, .requestID, .traceparent, .tracestate, .date, .upgrade, .strictTransport,
            .hubRedirect, .dropped:
            break
        }
    }
}
