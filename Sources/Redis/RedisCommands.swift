/// Whoever can run commands: one connection, or a client that chooses one.
package protocol RedisCommands: Sendable {
    /// The server, as `host:port`.
    nonisolated var endpoint: String { get }

    /// Sends commands together on one connection and waits for all their replies.
    ///
    /// The server executes them in order, but other clients' commands may come in between.
    ///
    /// - Parameter commands: at least one; each begins with its name.
    /// - Returns: a reply for each command; error replies are among them and not thrown.
    func pipeline(_ commands: [[RedisArgument]]) async throws(RedisError) -> RedisPipelineResponse
}

extension RedisCommands {
    /// Runs one command.
    ///
    /// - Parameter arguments: the command's name and its arguments.
    /// - Throws: also if the reply is an error.
    package func command(_ arguments: RedisArgument...) async throws(RedisError) -> RedisReply {
        try await send(arguments).reply
    }

    /// Runs one command and tells which server process answered.
    ///
    /// - Parameter arguments: the command's name and its arguments.
    /// - Throws: also if the reply is an error.
    package func send(_ arguments: [RedisArgument]) async throws(RedisError) -> RedisResponse {
        let response = try await pipeline([arguments])
        let reply = response.replies[0]
        if let line = reply.errorLine { throw RedisError(errorLine: line, endpoint: endpoint) }
        return RedisResponse(reply: reply, runID: response.runID)
    }

    /// Runs a script, and teaches it to a server that does not know it.
    ///
    /// - Parameters:
    ///   - keys: every key the script touches.
    ///   - arguments: what the script finds in `ARGV`.
    /// - Throws: also if the reply is an error.
    package func execute(
        _ script: RedisScript,
        keys: [RedisArgument] = [],
        arguments: [RedisArgument] = []
    ) async throws(RedisError) -> RedisResponse {
        do throws(RedisError) {
            return try await send(script.evaluateBySHA1(keys: keys, arguments: arguments))
        } catch let error where error.code == .noScript {
            return try await send(script.evaluateBySource(keys: keys, arguments: arguments))
        }
    }
}
