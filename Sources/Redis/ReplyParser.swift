import CHiredis

/// Turns a stream of bytes into replies with hiredis's incremental RESP2 reader.
///
/// hiredis calls back for each element as it is read; `ReplyBuilder` makes values of them at once, without a C reply
/// tree in between. After an error the stream has no known position any more: the parser must be dropped with its
/// connection.
@safe final class ReplyParser {
    private let reader: UnsafeMutablePointer<redisReader>
    private let builder = ReplyBuilder()
    private let maximumReplySize: Int
    private var bytesSinceReply = 0

    /// - Parameter maximumReplySize: the most bytes one reply may take on the wire.
    init(maximumReplySize: Int) {
        self.maximumReplySize = maximumReplySize
        // hiredis returns NULL only when memory is exhausted.
        unsafe reader = redisReaderCreateWithFunctions(ReplyBuilder.functions)!
        unsafe reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
    }

    deinit {
        unsafe redisReaderFree(reader)
    }

    /// Takes the next bytes of the stream and hands over each reply they complete, in order.
    ///
    /// - Throws: `RESPViolation` once the stream is not RESP2 or a limit is passed; replies completed before it are
    ///   handed over.
    func parse(_ bytes: Span<UInt8>, deliver: (RedisReply) -> Void) throws(RESPViolation) {
        // hiredis moves the rest of its buffer to the front every kilobyte of replies: small slices keep that cheap.
        for start in stride(from: 0, to: bytes.count, by: Self.sliceSize) {
            let slice = bytes.extracting(start..<min(start + Self.sliceSize, bytes.count))
            bytesSinceReply += slice.count
            guard unsafe slice.withUnsafeBytes({ unsafe feed($0) }) == REDIS_OK else { throw violation() }
            while let reply = try next() {
                bytesSinceReply = unsafe reader.pointee.len - reader.pointee.pos
                deliver(reply)
            }
            guard bytesSinceReply <= maximumReplySize else {
                throw RESPViolation(reason: "a reply of more than \(maximumReplySize) bytes")
            }
        }
    }

    // MARK: - Private

    private static let sliceSize = 16 << 10

    private func feed(_ bytes: UnsafeRawBufferPointer) -> CInt {
        unsafe redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    private func next() throws(RESPViolation) -> RedisReply? {
        var object: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &object) == REDIS_OK else { throw violation() }
        return unsafe object == nil ? nil : builder.takeReply()
    }

    private func violation() -> RESPViolation {
        if builder.refusedArray { return RESPViolation(reason: "an array of too many elements") }
        let reason = unsafe withUnsafeBytes(of: &reader.pointee.errstr) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RESPViolation(reason: reason)
    }
}
