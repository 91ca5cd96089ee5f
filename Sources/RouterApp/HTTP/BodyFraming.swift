/// How the end of a message's body is found (RFC 9112 section 6).
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
    /// Only in responses, and in what follows a 101: it ends with the connection.
    case untilClose
}
