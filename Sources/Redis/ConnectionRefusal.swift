/// Why a command gets no connection.
enum ConnectionRefusal: Error {
    case unavailable(RedisOutage)
    case shutDown
}
