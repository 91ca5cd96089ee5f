import NIOCore

/// The chunked transfer coding (RFC 9112 section 7.1) of what is sent.
extension OutboundBuffer {
    func appendChunk(_ piece: ByteBuffer, to socket: StreamSocket) {
        // A chunk of no bytes would end the body.
        guard piece.readableBytes > 0 else { return }
        append { buffer in
            buffer.writeHexadecimal(UInt64(piece.readableBytes))
            buffer.writeStaticString("\r\n")
        }
        append(piece, to: socket)
        append { $0.writeStaticString("\r\n") }
    }

    func appendLastChunk() {
        append { $0.writeStaticString("0\r\n\r\n") }
    }
}
