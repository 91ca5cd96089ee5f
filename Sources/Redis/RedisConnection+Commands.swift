import Reactor

extension RedisConnection: RedisCommands {
    package func pipeline(_ commands: [[RedisArgument]]) async throws(RedisError) -> RedisPipelineResponse {
        guard case .open(_, let identity?) = state else { throw refusal }
        // The connection leads to this process for its life, whatever happens while the replies are awaited.
        let replies = try await exchange(commands, deadline: .now + configuration.commandTimeout)
        return RedisPipelineResponse(replies: replies, runID: identity.runID)
    }

    /// Sends commands on the open link and waits for their replies, or for the end of the connection or of the task.
    func exchange(
        _ commands: [[RedisArgument]],
        deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> [RedisReply] {
        precondition(!commands.isEmpty && commands.allSatisfy { !$0.isEmpty }, "a command has at least its name")
        guard case .open = state else { throw refusal }
        if Task.isCancelled { throw failure(.cancelled, "was not asked: the task is cancelled") }
        let id = requests.nextRequestID
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                accept(commands, for: waiter, deadline: deadline)
            }
        } onCancel: {
            // Runs on the reactor after the request has been accepted, as the actor is not left in between.
            reactor.execute { self.assumeIsolated { $0.cancel(id) } }
        }
        return try result.get()
    }

    /// Puts commands into the outgoing stream, which is written at the end of the reactor's turn.
    func accept(_ commands: [[RedisArgument]], for waiter: Waiter?, deadline: ContinuousClock.Instant) {
        let (first, all) = outgoing.append(commands)
        requests.accept(
            waiter,
            replies: commands.count,
            firstCommandByteCount: first,
            byteCount: all,
            deadline: deadline
        )
        counters.commands.count(commands.count)
        counters.pending.count(commands.count)
        scheduleFlush()
        armTimer()
    }

    // MARK: - Private

    /// Why no command is accepted now.
    private var refusal: RedisError {
        if case .closed(let reason) = state, reason.code != .shutDown {
            let message = "was not asked: the connection is closed"
            return RedisError(.connectionLost, .notSent, endpoint: endpoint, message: message, underlying: reason)
        }
        return failure(.shutDown, "was not asked: the client shuts down")
    }

    private func cancel(_ id: Requests.RequestID) {
        guard let waiter = requests.cancel(id) else { return }
        counters.cancellations.count()
        let error = RedisError(
            .cancelled,
            .mayHaveExecuted,
            endpoint: endpoint,
            message: "was asked, but the task was cancelled before the reply"
        )
        waiter.resume(returning: .failure(error))
    }
}
