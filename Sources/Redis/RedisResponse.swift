/// A reply together with the server process it came from.
///
/// The run id is that of the connection which carried the reply, learnt when the connection was made: a connection
/// never outlives its server, so a reply cannot come from another process than the one named here.
package struct RedisResponse: Sendable, Hashable {
    /// What the server answered; never a top-level error, which is thrown.
    package let reply: RedisReply

    /// The `run_id` of the server process: forty hexadecimal digits, new at every start.
    package let runID: String

    package init(reply: RedisReply, runID: String) {
        self.reply = reply
        self.runID = runID
    }
}
