import Logging
import Reactor
import Synchronization

extension PostgresPool {
    /// Keeps the pool going until the task is cancelled; then refuses new callers, waits a bounded time for the connections in
    /// use, and closes everything. To be called once.
    package func run() async {
        await withDiscardingTaskGroup { group in
            perform { $0.machine.tick(at: .now) }
            for await item in work {
                group.addTask { await self.carryOut(item) }
            }
            perform { $0.machine.drain() }
            await drain()
        }
    }

    // MARK: - Private

    private func carryOut(_ item: Work) async {
        switch item {
        case .connect(let id): await connect(id)
        case .check(let id, let connection): await check(id, connection)
        }
    }

    private func connect(_ id: ConnectionID) async {
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(
                configuration,
                on: reactors.next(),
                logger: logger,
                onClose: { [weak self] _ in self?.connectionClosed(id) }
            )
            adopt(connection, as: id)
        } catch {
            reject(id, error)
        }
    }

    private func adopt(_ connection: PostgresConnection, as id: ConnectionID) {
        var wasDown = false
        perform { shell in
            // It may have closed before it could be known here.
            guard connection.condition.current != .closed else {
                return shell.machine.connectFailed(id, at: .now, jitter: .random(in: 0...1))
            }
            wasDown = shell.machine.statistics.isDown
            shell.connections[id] = connection
            return shell.machine.connected(id, at: .now)
        }
        if wasDown { logger.notice("the database can be reached again", metadata: ["server": "\(configuration)"]) }
    }

    private func reject(_ id: ConnectionID, _ error: PostgresError) {
        var isFirst = false
        perform { shell in
            let wasDown = shell.machine.statistics.isDown
            shell.lastFailure = error
            let actions = shell.machine.connectFailed(id, at: .now, jitter: .random(in: 0...1))
            isFirst = !wasDown && shell.machine.statistics.isDown
            return actions
        }
        let level: Logger.Level = isFirst ? .error : .debug
        logger.log(level: level, "cannot connect to the database", metadata: ["reason": "\(error)"])
    }

    private func connectionClosed(_ id: ConnectionID) {
        perform { shell in
            shell.connections[id] = nil
            return shell.machine.closed(id, at: .now)
        }
    }

    /// Tries a connection out that nobody has used for a while: a network may have forgotten it.
    private func check(_ id: ConnectionID, _ connection: PostgresConnection) async {
        let probe = PostgresQuery(unsafeSQL: "SELECT").within(min(.seconds(5), limits.healthCheckInterval))
        let isHealthy = (try? await connection.query(probe)) != nil
        perform { $0.machine.released(id, isReusable: isHealthy && connection.condition.isReusable, at: .now) }
    }

    private func drain() async {
        let deadline = ContinuousClock.now + limits.drainTimeout
        await withCheckedContinuation { continuation in
            let hasEnded = shell.withLock { shell in
                if !shell.machine.hasEnded { shell.ending = continuation }
                return shell.machine.hasEnded
            }
            if hasEnded { return continuation.resume() }
            let reactor = reactors.reactors[0]
            reactor.execute {
                _ = try? reactor.schedule(at: deadline) { self.giveUpDraining() }
            }
        }
    }

    /// Closes what is still in use; its users get errors.
    private func giveUpDraining() {
        let (connections, ending) = shell.withLock { shell in
            defer {
                shell.connections.removeAll()
                shell.ending = nil
            }
            return (Array(shell.connections.values), shell.ending)
        }
        for connection in connections {
            connection.reactor.execute { connection.assumeIsolated { $0.close() } }
        }
        ending?.resume()
    }
}
