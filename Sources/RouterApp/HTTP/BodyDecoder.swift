import NIOCore

/// Takes the data of one message's body out of the bytes that follow its head, and finds where the body ends.
struct BodyDecoder {
    private enum State {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case untilClose
        case complete
    }

    private var state: State

    init(_ framing: BodyFraming) {
        state =
            switch framing {
            case .none, .length(0): .complete
            case .length(let length): .length(remaining: length)
            case .chunked: .chunked(ChunkedDecoder())
            case .untilClose: .untilClose
            }
    }

    var isComplete: Bool {
        if case .complete = state { return true }
        return false
    }

    /// Whether the end of the connection here would be the end of the body.
    var mayEndWithConnection: Bool {
        switch state {
        case .untilClose, .complete: true
        case .length, .chunked: false
        }
    }

    /// Takes the next piece of data.
    ///
    /// - Parameter input: what has come and is not read yet; moved past what was taken.
    /// - Returns: a piece, or nil when more must come first or the body is complete.
    mutating func next(from input: inout ByteBuffer) throws(ProtocolViolation) -> ByteBuffer? {
        switch state {
        case .complete:
            return nil
        case .untilClose:
            guard input.readableBytes > 0 else { return nil }
            return input.readSlice(length: input.readableBytes)
        case .length(let remaining):
            let count = min(remaining, input.readableBytes)
            guard count > 0 else { return nil }
            state = count == remaining ? .complete : .length(remaining: remaining - count)
            return input.readSlice(length: count)
        case .chunked(var decoder):
            let piece = try decoder.next(from: &input)
            state = decoder.isComplete ? .complete : .chunked(decoder)
            return piece
        }
    }
}
