import NIOCore

/// The body of a request on its way: what is still to come, and what has passed, as far as it is kept for a replay.
struct RequestBody {
    private(set) var decoder: BodyDecoder
    /// Everything received so far, or nil once that is more than is kept.
    private(set) var kept: [ByteBuffer]? = []
    private(set) var receivedBytes = 0
    private let keepLimit: Int
    private let limit: Int

    init(_ framing: BodyFraming, limit: Int, keepLimit: Int) {
        decoder = BodyDecoder(framing)
        self.limit = limit
        self.keepLimit = keepLimit
    }

    var isComplete: Bool { decoder.isComplete }
    var canReplay: Bool { kept != nil }

    /// The next piece of data that has come.
    mutating func next(from input: inout ByteBuffer) throws(ProtocolViolation) -> ByteBuffer? {
        guard let piece = try decoder.next(from: &input) else { return nil }
        receivedBytes += piece.readableBytes
        guard receivedBytes <= limit else { throw ProtocolViolation(.payloadTooLarge, "the body is too large") }
        if receivedBytes <= keepLimit {
            kept?.append(piece)
        } else {
            kept = nil
        }
        return piece
    }
}
