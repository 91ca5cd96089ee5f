import Reactor

extension RedisConnection {
    /// Resolves, connects and shakes hands; closes the connection if any of it fails.
    func begin() async throws(RedisError) {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        do throws(RedisError) {
            try await connect(until: deadline)
            let handshake = RedisHandshake(configuration)
            let identity = try handshake.identity(from: try await exchange(handshake.commands, deadline: deadline))
            guard case .open(let link, _) = state else { throw connectFailure("the connection was closed") }
            state = .open(link, identity)
            armTimer()
            counters.connectionsOpened.count()
        } catch {
            // Closed by what came before the commands were sent, the connection knows the reason better.
            let reason = if case .closed(let earlier) = state { attemptFailure(earlier) } else { attemptFailure(error) }
            close(reason)
            throw reason
        }
    }

    func failure(_ code: RedisError.Code, _ message: String) -> RedisError {
        RedisError(code, .notSent, endpoint: endpoint, message: message)
    }

    // MARK: - Private

    /// Tries the host's addresses one after the other until one accepts; each gets an equal share of the time left.
    private func connect(until deadline: ContinuousClock.Instant) async throws(RedisError) {
        let addresses: [String]
        do throws(ReactorError) {
            addresses = try await reactor.addresses(of: configuration.host, within: configuration.connectTimeout)
        } catch {
            throw connectFailure(error.message, underlying: error)
        }
        var last = connectFailure("the host name has no address")
        for (index, address) in addresses.enumerated() {
            let now = ContinuousClock.now
            let share = (deadline - now) / (addresses.count - index)
            do throws(RedisError) {
                return try await connect(to: address, until: now + share)
            } catch let error where error.code == .connectFailed || error.code == .connectTimedOut {
                last = error
            }
        }
        throw last
    }

    private func connect(to address: String, until deadline: ContinuousClock.Instant) async throws(RedisError) {
        if Task.isCancelled { throw failure(.cancelled, "was not connected to: the task is cancelled") }
        let socket: StreamSocket
        do throws(StreamSocketError) {
            socket = try StreamSocket.connecting(to: address, port: configuration.port).get()
        } catch {
            throw connectFailure(error.description, underlying: error)
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                watch(socket, until: deadline, for: waiter)
            }
        } onCancel: {
            reactor.execute {
                self.assumeIsolated { connection in
                    let reason = connection.failure(.cancelled, "was not connected to: the task is cancelled")
                    connection.endConnecting(.failure(reason))
                }
            }
        }
        try result.get()
    }

    /// Waits for the outcome of a connect that has begun.
    private func watch(
        _ socket: StreamSocket,
        until deadline: ContinuousClock.Instant,
        for waiter: CheckedContinuation<Result<Void, RedisError>, Never>
    ) {
        do throws(ReactorError) {
            let registration = try reactor.register(socket.descriptor, .writable) { readiness in
                self.connectIsReady(socket, readiness)
            }
            state = .connecting(socket, registration, waiter)
            let timer = try reactor.schedule(at: deadline) {
                self.endConnecting(.failure(self.failure(.connectTimedOut, "did not accept the connection in time")))
            }
            alarm = (timer, deadline)
        } catch {
            let reason = connectFailure(error.message, underlying: error)
            if case .connecting = state {
                endConnecting(.failure(reason))
            } else {
                socket.close()
                waiter.resume(returning: .failure(reason))
            }
        }
    }

    private func connectIsReady(_ socket: StreamSocket, _ readiness: Readiness) {
        if readiness.contains(.shutdown) {
            endConnecting(.failure(connectFailure("the reactor is shut down")))
        } else if let error = socket.connectFailure() {
            endConnecting(.failure(connectFailure(error.description, underlying: error)))
        } else {
            endConnecting(.success(()))
        }
    }

    /// Leaves the state `connecting`, if it is still in it.
    private func endConnecting(_ outcome: Result<Void, RedisError>) {
        guard case .connecting(let socket, let registration, let waiter) = state else { return }
        if let alarm { reactor.cancel(alarm.timer) }
        alarm = nil
        reactor.deregister(registration)
        var outcome = outcome
        if case .success = outcome { outcome = open(socket) }
        if case .failure = outcome {
            socket.close()
            state = .idle
        }
        waiter.resume(returning: outcome)
    }

    private func open(_ socket: StreamSocket) -> Result<Void, RedisError> {
        do throws(ReactorError) {
            let registration = try reactor.register(socket.descriptor, .readable) { readiness in
                self.isReady(readiness)
            }
            let parser = ReplyParser(maximumReplySize: configuration.maximumReplySize)
            state = .open(Link(socket: socket, registration: registration, parser: parser), nil)
            return .success(())
        } catch {
            return .failure(connectFailure(error.message, underlying: error))
        }
    }

    /// What a failure means for an attempt to connect: none of the caller's commands was sent.
    private func attemptFailure(_ error: RedisError) -> RedisError {
        switch error.code {
        case .timedOut, .connectTimedOut:
            let limit = configuration.connectTimeout
            return failure(
                .connectTimedOut,
                "did not complete the handshake within \(limit): check that it is not stuck"
            )
        case .connectionLost:
            return connectFailure("it closed the connection during the handshake", underlying: error)
        default:
            return error.with(.notSent)
        }
    }

    private func connectFailure(_ reason: String, underlying: (any Error)? = nil) -> RedisError {
        RedisError(
            .connectFailed,
            .notSent,
            endpoint: endpoint,
            message: "cannot be connected to (\(reason)): check that it runs and that its address is right",
            underlying: underlying
        )
    }
}
