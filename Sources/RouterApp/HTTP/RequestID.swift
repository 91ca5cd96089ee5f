import NIOCore

/// The id by which one request is found in every log: the client's own when it is sane, else 128 random bits in hex.
struct RequestID {
    private enum Form {
        case own(high: UInt64, low: UInt64)
        case given(ByteBuffer)
    }

    private let form: Form

    /// Bytes of an id that a client may choose.
    static let allowedLengths = 1...longest

    init(high: UInt64, low: UInt64) {
        form = .own(high: high, low: low)
    }

    /// The client's id, or nil when it has none, or one that is long or of unusual characters.
    init?(givenBy head: RequestHead) {
        guard let field = head.field(.requestID), RequestID.allowedLengths.contains(field.value.count) else {
            return nil
        }
        let span = head.bytes.readableBytesSpan
        let isSane = field.value.allSatisfy { offset in
            let byte = span[offset]
            let isLetter = (0x61...0x7A).contains(ASCII.lowercased(byte))
            return isLetter || ASCII.isDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
        let start = head.bytes.readerIndex + field.value.lowerBound
        guard isSane, let bytes = head.bytes.getSlice(at: start, length: field.value.count) else { return nil }
        form = .given(bytes)
    }

    /// The most bytes that it takes.
    static let longest = 64

    func write(to writer: inout HeadWriter) {
        switch form {
        case .own(let high, let low):
            writer.write(hexadecimal: high)
            writer.write(hexadecimal: low)
        case .given(let bytes):
            writer.write(bytes.readableBytesSpan)
        }
    }

    func write(to buffer: inout ByteBuffer) {
        switch form {
        case .own(let high, let low):
            buffer.writeHexadecimal(high, width: 16)
            buffer.writeHexadecimal(low, width: 16)
        case .given(let bytes):
            buffer.writeImmutableBuffer(bytes)
        }
    }
}
