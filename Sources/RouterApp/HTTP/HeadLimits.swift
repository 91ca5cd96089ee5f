/// How large the head of a message may be.
struct HeadLimits: Sendable {
    /// Bytes of a request line, a status line or a field line.
    var lineBytes = 16 * 1024
    /// Bytes of the whole head.
    var headBytes = 64 * 1024
    var fields = 128
}
