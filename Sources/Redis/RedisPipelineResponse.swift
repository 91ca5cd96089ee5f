/// The replies to several commands sent together, and the server process they came from.
package struct RedisPipelineResponse: Sendable, Hashable {
    /// One reply for each command, in order; a refused command's is an error.
    package let replies: [RedisReply]

    /// The `run_id` of the server process.
    package let runID: String
}
