import Redis

/// A walk over the keys of a server, some at a time, so that it never holds up other commands.
///
/// Every key that is there from its beginning to its end is met, a few perhaps twice; whatever comes or goes meanwhile may be
/// met or not.
package struct CacheScan: Sendable {
    /// Where a walk goes on; good as long as the server lives.
    package struct Cursor: Hashable, Sendable {
        let text: String

        package static let start = Cursor(text: "0")
    }

    /// How many keys the server looks at in one step, those of others included.
    static let stepLength = 500

    let redis: any RedisCommands
    let prefix: String

    /// - Returns: the shard's keys that were met, and where to go on; nil at the end.
    func step(from cursor: Cursor) async throws(RedisError) -> (names: [String], next: Cursor?) {
        let reply = try await redis.command(
            "SCAN",
            RedisArgument(cursor.text),
            "MATCH",
            RedisArgument(prefix + "*"),
            "COUNT",
            RedisArgument(CacheScan.stepLength)
        )
        guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let keys = parts[1].array else {
            throw RedisError(
                .protocolViolation,
                .answered,
                endpoint: redis.endpoint,
                message: "answered SCAN with something else than a cursor and keys"
            )
        }
        return (keys.compactMap(\.string), next == Cursor.start.text ? nil : Cursor(text: next))
    }
}
