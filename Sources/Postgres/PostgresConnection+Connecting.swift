package import Logging
package import Reactor
import Synchronization

extension PostgresConnection {
    /// Opens a connection to the first acceptable server.
    ///
    /// Every server has the configured time to answer; the next one is tried when it refuses, cannot be reached, stays
    /// silent or is of the wrong kind, but not when it refuses user or password.
    ///
    /// - Throws: `authentication`, `cancelled`, `timeout` or `connection`, which says of each server why.
    package static func connect(
        _ configuration: PostgresConfiguration,
        on reactor: Reactor,
        logger: Logger
    ) async throws(PostgresError) -> PostgresConnection {
        try await connect(configuration, on: reactor, logger: logger) { _ in }
    }

    /// Lends a connection of its own, and closes it afterwards.
    package static func withConnection<Value>(
        _ configuration: PostgresConfiguration,
        on reactor: Reactor,
        logger: Logger,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect(configuration, on: reactor, logger: logger)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Opens a connection that tells when it is closed.
    static func connect(
        _ configuration: PostgresConfiguration,
        on reactor: Reactor,
        logger: Logger,
        onClose: @escaping @Sendable (PostgresError) -> Void
    ) async throws(PostgresError) -> PostgresConnection {
        var failures: [PostgresError] = []
        // Of several servers that take writes one may have been replaced. As long as nobody knows, all are asked.
        let asksAll = configuration.timelines?.current == 0 && configuration.hosts.count > 1
        var newest: PostgresConnection?
        for host in configuration.hosts {
            do throws(PostgresError) {
                let connection = try await connect(
                    configuration,
                    to: host,
                    on: reactor,
                    logger: logger,
                    onClose: onClose
                )
                try await connection.requireTimeline()
                guard asksAll else { return connection }
                if let other = newest, !other.isReplaced {
                    await connection.close()
                } else {
                    await newest?.close()
                    newest = connection
                }
            } catch {
                if error.code == .authentication || error.code == .cancelled {
                    await newest?.close()
                    throw error
                }
                failures.append(error)
            }
        }
        if let newest { return newest }
        if failures.count == 1 { throw failures[0] }
        let reasons = failures.map(\.message).joined(separator: "; ")
        throw PostgresError(
            failures.allSatisfy { $0.code == .timeout } ? .timeout : .connection,
            "no server accepts the connection: \(reasons)",
            server: configuration.description,
            underlying: failures.last
        )
    }

    // MARK: - Private

    /// Closes the connection again if the server is a primary that was replaced.
    ///
    /// - Throws: that it was, or that it cannot be told.
    private func requireTimeline() async throws(PostgresError) {
        guard let timelines = configuration.timelines, configuration.targetSession == .readWrite else { return }
        do throws(PostgresError) {
            let query: PostgresQuery = """
                SELECT ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::integer
                """
            let rows = try await self.query(query.within(configuration.connectTimeout))
            let own = UInt32(bitPattern: try rows.single().decode(Int32.self, at: 0))
            guard timelines.admits(own) else {
                throw PostgresError(
                    .connection,
                    "the server was replaced: it is of timeline \(own), and its successor of timeline \(timelines.current); "
                        + "make it a replica of that",
                    server: server
                )
            }
            timelines.note(own)
            timeline.store(own, ordering: .releasing)
        } catch {
            close(error)
            throw error
        }
    }

    private static func connect(
        _ configuration: PostgresConfiguration,
        to host: PostgresHost,
        on reactor: Reactor,
        logger: Logger,
        onClose: @escaping @Sendable (PostgresError) -> Void
    ) async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        var failure = PostgresError(.connection, "the host has no address", server: "\(host)")
        for address in try await addresses(of: host, configuration, reactor) {
            let connection = PostgresConnection(
                configuration,
                host: host,
                on: reactor,
                logger: logger,
                onClose: onClose
            )
            do throws(PostgresError) {
                try await connection.open(address, deadline)
                return connection
            } catch {
                if error.code == .authentication || error.code == .cancelled { throw error }
                failure = error
            }
        }
        throw failure
    }

    /// The addresses to try; nil stands for a Unix socket.
    private static func addresses(
        of host: PostgresHost,
        _ configuration: PostgresConfiguration,
        _ reactor: Reactor
    ) async throws(PostgresError) -> [String?] {
        if host.isLocal { return [nil] }
        do throws(ReactorError) {
            return try await reactor.addresses(of: host.name, within: configuration.connectTimeout)
        } catch {
            throw PostgresError(.connection, error.message, server: "\(host)", underlying: error)
        }
    }

    private func open(_ address: String?, _ deadline: ContinuousClock.Instant) async throws(PostgresError) {
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                beginHandshake(address, deadline, continuation)
            }
        } onCancel: {
            reactor.execute {
                self.assumeIsolated { connection in
                    if case .connecting = connection.state { connection.close(connection.cancelledError) }
                }
            }
        }
        if let failure { throw failure }
    }

    private func beginHandshake(
        _ address: String?,
        _ deadline: ContinuousClock.Instant,
        _ continuation: CheckedContinuation<PostgresError?, Never>
    ) {
        guard let session = LibpqSession(configuration.parameters(for: host, address: address), logger: logger) else {
            let error = PostgresError(.connection, "there is no memory for a connection", server: server)
            return continuation.resume(returning: error)
        }
        session.setVerbose(true)
        do throws(ReactorError) {
            let timer = try reactor.schedule(at: deadline) { self.assumeIsolated { $0.giveUpHandshake() } }
            let handshake = Handshake(session, timer: timer, continuation)
            state = .connecting(handshake)
            if session.isBad { return close(refusal(session)) }
            // "On the first iteration behave as if PQconnectPoll had said writing."
            watch(handshake, .writable)
        } catch {
            continuation.resume(returning: PostgresError(.connection, error.message, server: server))
        }
    }

    private func watch(_ handshake: Handshake, _ interest: Readiness) {
        do throws(ReactorError) {
            handshake.registration = try reactor.register(handshake.session.descriptor, interest) { readiness in
                self.assumeIsolated { $0.continueHandshake(readiness) }
            }
        } catch {
            close(PostgresError(.connection, error.message, server: server))
        }
    }

    private func continueHandshake(_ readiness: Readiness) {
        guard case .connecting(let handshake) = state else { return }
        if readiness.contains(.shutdown) {
            return close(PostgresError(.connection, "the reactor was shut down", server: server))
        }
        handshake.unregister(from: reactor)
        switch handshake.session.progress() {
        case .reading: watch(handshake, .readable)
        case .writing: watch(handshake, .writable)
        case .failed: close(refusal(handshake.session))
        case .connected: finishHandshake(handshake)
        }
    }

    private func finishHandshake(_ handshake: Handshake) {
        let session = handshake.session
        session.setVerbose(false)
        guard session.becomeNonBlocking(), session.enterPipelineMode() else {
            return close(lossError(session.errorMessage))
        }
        do throws(ReactorError) {
            let registration = try reactor.register(session.descriptor, .readable) { readiness in
                self.assumeIsolated { $0.handle(readiness) }
            }
            state = .open(Link(session, canceller: session.canceller(), registration: registration))
            handshake.end(nil, on: reactor)
        } catch {
            close(PostgresError(.connection, error.message, server: server))
        }
    }

    private func giveUpHandshake() {
        guard case .connecting = state else { return }
        close(
            PostgresError(
                .timeout,
                "the server did not complete the connection within \(configuration.connectTimeout); "
                    + "is it overloaded, or is something else listening there?",
                server: server
            )
        )
    }

    /// Why the server, or the network, refused.
    private func refusal(_ session: LibpqSession) -> PostgresError {
        let message = session.errorMessage
        guard let report = ServerReport(verboseMessage: message) else {
            return PostgresError(.connection, "cannot connect: \(message)", server: server)
        }
        let advice = report.code == .authentication ? "; check user, password and database of the configuration" : ""
        return PostgresError(
            report.code == .server ? .connection : report.code,
            "the server refused the connection: \(report.message) (SQLSTATE \(report.sqlState))\(advice)",
            server: server,
            report: report
        )
    }
}
