/// A status line (RFC 9112 section 4).
struct StatusLine: StartLine {
    /// 100–599.
    let status: Int
    /// The status and the reason phrase, as they are forwarded.
    let text: Range<Int>
    /// 0 or 1.
    let minorVersion: Int

    static var tooLong: ProtocolViolation { ProtocolViolation(.fieldsTooLarge, "the status line is too long") }

    init(_ line: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) {
        let start = line.lowerBound
        guard
            line.count >= 12, bytes.equals(start..<start + 7, "HTTP/1."), bytes[start + 7] &- 0x30 <= 1,
            bytes[start + 8] == ASCII.space, let status = bytes.decimal(start + 9..<start + 12),
            (100...599).contains(status), line.count == 12 || bytes[start + 12] == ASCII.space,
            bytes.isFieldValue(start + 9..<line.upperBound)
        else { throw ProtocolViolation(.badRequest, "the status line is not HTTP/1.1 and a status") }
        self.status = status
        minorVersion = Int(bytes[start + 7] - 0x30)
        text = start + 9..<line.upperBound
    }
}
