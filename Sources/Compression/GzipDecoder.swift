import CZlib

/// Decodes gzip (RFC 1952), piece by piece.
///
/// It belongs to one task: it is not safe to share.
@safe package final class GzipDecoder {
    /// What was given is no gzip, or is damaged.
    package struct Damaged: Error {
        package init() {}
    }

    /// The largest window (2^15 bytes), of gzip alone (+16).
    private static let windowBits: CInt = 15 + 16

    /// zlib keeps the address of its stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Whether the end of the stream has come: of a file that was cut off it has not.
    package private(set) var isAtEnd = false

    package init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe inflateInit2_(
            stream,
            GzipDecoder.windowBits,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        precondition(status == Z_OK, "zlib cannot be used: status \(status)")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Decodes a piece.
    ///
    /// - Parameter body: gets what it comes to, in pieces of at most 64 kB, however much that is.
    /// - Throws: ``Damaged``, also for what comes after the end; what `body` throws.
    package func decode(_ piece: [UInt8], _ body: ([UInt8]) throws -> Void) throws {
        if piece.isEmpty { return }
        guard !isAtEnd else { throw Damaged() }
        var rest = piece[...]
        while !rest.isEmpty {
            let (output, used) = try step(Array(rest))
            rest = rest.dropFirst(used)
            if !output.isEmpty { try body(output) }
            if isAtEnd {
                guard rest.isEmpty else { throw Damaged() }
                return
            }
            guard used > 0 || !output.isEmpty else { throw Damaged() }
        }
    }

    // MARK: - Private

    private func step(_ input: [UInt8]) throws(Damaged) -> (output: [UInt8], used: Int) {
        var input = input
        let room = 65_536
        var used = 0
        var status = Z_OK
        let output = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
            unsafe input.withUnsafeMutableBufferPointer { input in
                unsafe stream.pointee.next_in = input.baseAddress
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                status = unsafe inflate(stream, Z_NO_FLUSH)
                used = unsafe input.count - Int(stream.pointee.avail_in)
                count = unsafe room - Int(stream.pointee.avail_out)
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
            }
        }
        switch status {
        case Z_STREAM_END: isAtEnd = true
        case Z_OK, Z_BUF_ERROR: break
        default: throw Damaged()
        }
        return (output, used)
    }
}
