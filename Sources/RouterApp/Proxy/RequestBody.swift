import NIOCore

/// The body of a request on its way: what is still to come, and what has passed, as far as it is kept for a replay.
struct RequestBody {
    private(set) var decoder: BodyDecoder
    /// Everything received so far, or nil once that is more than is kept.
    ///
    /// It is one buffer, since each of a thousand small pieces would keep all the memory alive that it was read into.
    private(set) var kept: ByteBuffer? = ByteBuffer()
    private(set) var receivedBytes = 0
    private let keepLimit: Int
    /// The most that is accepted.
    var limit: Int

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
            keep(piece)
        } else {
            kept = nil
        }
        return piece
    }

    /// Makes it what a client sends from now on, to the end of its connection, as it comes.
    mutating func becomeTunnel() {
        decoder = BodyDecoder(.untilClose)
        limit = .max
        kept = nil
    }

    /// Bytes of memory that are kept.
    var keptMemory: Int {
        guard let kept, kept.readableBytes > 0 else { return 0 }
        return kept.storageCapacity
    }

    /// Gives the memory back: the request cannot be sent a second time.
    mutating func forget() {
        if receivedBytes > 0 { kept = nil }
    }

    // MARK: - Private

    private mutating func keep(_ piece: ByteBuffer) {
        if kept?.readableBytes == 0 {
            kept = piece
        } else {
            kept?.writeImmutableBuffer(piece)
        }
    }
}
