import CZlib

/// Encodes one body as gzip (RFC 1952), piece by piece.
///
/// It belongs to one task: it is not safe to share.
@safe package final class GzipEncoder {
    package enum Flush: Sendable {
        /// What has been put in can be decoded at once.
        case sync
        /// That was the last piece; nothing can follow.
        case finish
    }

    /// A little less effort than zlib's default of 6: about the same size for JSON and text in two thirds of the time.
    private static let level: CInt = 5
    /// The largest window (2^15 bytes) with the header and trailer of gzip (+16).
    private static let windowBits: CInt = 15 + 16
    private static let memoryLevel: CInt = 8

    /// zlib keeps the address of its stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    package init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe deflateInit2_(
            stream,
            GzipEncoder.level,
            Z_DEFLATED,
            GzipEncoder.windowBits,
            GzipEncoder.memoryLevel,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        // The parameters are constants, and memory is never refused here: what is left is another zlib at run time.
        precondition(status == Z_OK, "zlib cannot be used: status \(status)")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Encodes a piece.
    ///
    /// - Returns: everything that the pieces so far came to and that was not returned yet.
    package func encode(_ piece: [UInt8], _ flush: Flush) -> [UInt8] {
        var input = piece
        var output: [UInt8] = []
        unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.pointee.next_in = input.baseAddress
            unsafe stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull { isFull = drain(into: &output, flush) }
            unsafe stream.pointee.next_in = nil
        }
        return output
    }

    /// Encodes a whole body.
    package static func encode(_ body: [UInt8]) -> [UInt8] {
        GzipEncoder().encode(body, .finish)
    }

    // MARK: - Private

    /// Moves what there is to the output.
    ///
    /// - Returns: whether there may be more.
    private func drain(into output: inout [UInt8], _ flush: Flush) -> Bool {
        let room = 16_384
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            unsafe stream.pointee.next_out = buffer.baseAddress
            unsafe stream.pointee.avail_out = UInt32(room)
            let status = unsafe deflate(stream, flush == .finish ? Z_FINISH : Z_SYNC_FLUSH)
            precondition(status != Z_STREAM_ERROR, "a finished gzip stream was written to")
            count = unsafe room - Int(stream.pointee.avail_out)
        }
        output += piece
        return piece.count == room
    }
}
