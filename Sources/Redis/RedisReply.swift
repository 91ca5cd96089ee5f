/// One RESP2 reply, as the server sent it.
package enum RedisReply: Sendable, Hashable {
    /// A status line such as `OK`.
    case simpleString(String)
    /// An error line such as `ERR syntax error`; inside an array it concerns that element alone.
    case error(String)
    /// A signed 64-bit integer.
    case integer(Int)
    /// Bytes of any content, an empty value included.
    case bulk([UInt8])
    /// The null bulk string or the null array: there is no such value.
    case null
    /// Replies in order, nested at most seven levels deep.
    case array([RedisReply])
}
