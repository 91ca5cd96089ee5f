import Logging
import Reactor

/// Takes the data of a COPY FROM STDIN. Valid only inside the closure it is lent to.
package struct PostgresCopyWriter: Sendable {
    let connection: PostgresConnection
    let id: UInt64

    /// Sends data, in pieces of any size; waits while the server does not keep up.
    ///
    /// - Throws: `cancelled`, or `connection`. What the server has against the data is known only at the end.
    package func write(_ bytes: [UInt8]) async throws(PostgresError) {
        try await connection.writeCopy(id, bytes)
    }
}

extension PostgresConnection {
    /// A COPY TO STDOUT hands its data over in chunks of about this many bytes.
    private static let chunkSize = 64 << 10

    /// Runs a `COPY … FROM STDIN`, which takes effect only if the closure returns.
    ///
    /// - Returns: the number of rows.
    /// - Throws: what the closure throws (the copy has no effect then), or the server's error.
    package func copyIn(
        _ query: PostgresQuery,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresCopyWriter) async throws -> Void
    ) async throws -> Int {
        try await copyIn(query, in: nil, body)
    }

    /// Runs a `COPY … TO STDOUT` and hands the data over in chunks of whole rows; the server waits for the closure.
    ///
    /// - Returns: the number of rows.
    /// - Throws: what the closure throws (the statement is cancelled then), or the server's error.
    package func copyOut(
        _ query: PostgresQuery,
        isolation: isolated (any Actor)? = #isolation,
        _ body: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await copyOut(query, in: nil, body)
    }

    func copyIn(
        _ query: PostgresQuery,
        in transaction: PostgresTransaction?,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresCopyWriter) async throws -> Void
    ) async throws -> Int {
        let id = try await beginCopy(query, .copyIn, in: transaction)
        do {
            try await body(PostgresCopyWriter(connection: self, id: id))
        } catch {
            await abandonCopyIn(id)
            throw error
        }
        return try await endCopyIn(id)
    }

    func copyOut(
        _ query: PostgresQuery,
        in transaction: PostgresTransaction?,
        isolation: isolated (any Actor)? = #isolation,
        _ body: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        let id = try await beginCopy(query, .copyOut, in: transaction)
        do {
            while let chunk = try await readCopy(id) { try await body(chunk) }
        } catch {
            await abandonCopyOut(id)
            throw error
        }
        return try await endCopyOut(id)
    }

    /// Sends data of a COPY FROM STDIN.
    fileprivate func writeCopy(_ id: UInt64, _ bytes: [UInt8]) async throws(PostgresError) {
        // A piece of data has a length of 32 bits in the protocol.
        precondition(bytes.count < Int(Int32.max) - 4, "a piece of COPY data is smaller than 2 GiB")
        while true {
            if Task.isCancelled { throw cancelledError }
            let (link, _) = try exclusive(id)
            switch link.session.putCopyData(bytes) {
            case .accepted: return try await drainCopy(id)
            case .full: try await wait(id, for: .writable, timeout: configuration.queryTimeout)
            case .failed: throw closeLost(link)
            }
        }
    }

    // MARK: - Private

    private func beginCopy(
        _ query: PostgresQuery,
        _ direction: PostgresResult.Status,
        in transaction: PostgresTransaction?
    ) async throws(PostgresError) -> UInt64 {
        if let failure = query.binds.failure { throw failure.at(server) }
        try await open(transaction)
        let id = try await acquireExclusive()
        do throws(PostgresError) {
            let (link, _) = try exclusive(id)
            guard link.session.sendUnprepared(sql: query.sql, query.binds) else { throw closeLost(link) }
            let timeout = query.timeout ?? configuration.queryTimeout
            guard try await exclusiveResults(id, timeout: timeout).last?.status == direction else {
                let expected = direction == .copyIn ? "FROM STDIN" : "TO STDOUT"
                let error = PostgresError(.invalidUse, "the statement is no COPY … \(expected)", server: server)
                close(error)
                throw error
            }
            return id
        } catch {
            endExclusive(id)
            throw error
        }
    }

    /// Waits until the socket has taken what is buffered, so that a fast writer does not fill the memory.
    private func drainCopy(_ id: UInt64) async throws(PostgresError) {
        while try writeExclusively(exclusive(id).link) {
            try await wait(id, for: .writable, timeout: configuration.queryTimeout)
            if Task.isCancelled { throw cancelledError }
        }
    }

    private func endCopyIn(_ id: UInt64) async throws(PostgresError) -> Int {
        defer { endExclusive(id) }
        try await putCopyEnd(id, failure: nil)
        return try await exclusiveResults(id, timeout: configuration.queryTimeout).last?.affectedRows ?? 0
    }

    private func abandonCopyIn(_ id: UInt64) async {
        defer { endExclusive(id) }
        do throws(PostgresError) {
            try await putCopyEnd(id, failure: "abandoned by the client")
            _ = try await exclusiveResults(id, timeout: configuration.queryTimeout)
        } catch {
            // The server's answer to having been told to fail, or the loss of the connection, which is seen to elsewhere.
            logger.trace("COPY abandoned", metadata: ["server": "\(server)", "reason": "\(error.message)"])
        }
    }

    private func putCopyEnd(_ id: UInt64, failure: String?) async throws(PostgresError) {
        while true {
            let (link, _) = try exclusive(id)
            switch link.session.putCopyEnd(failure: failure) {
            case .accepted: return
            case .full: try await wait(id, for: .writable, timeout: configuration.queryTimeout)
            case .failed: throw closeLost(link)
            }
        }
    }

    /// The next chunk, or nil at the end.
    private func readCopy(_ id: UInt64) async throws(PostgresError) -> [UInt8]? {
        var chunk: [UInt8] = []
        while true {
            let (link, _) = try exclusive(id)
            switch link.session.getCopyData(appendingTo: &chunk) {
            case .row where chunk.count < Self.chunkSize: continue
            case .row: return chunk
            case .end: return chunk.isEmpty ? nil : chunk
            case .nothing:
                if !chunk.isEmpty { return chunk }
                try await wait(id, for: .readable, timeout: configuration.queryTimeout)
            }
        }
    }

    private func endCopyOut(_ id: UInt64) async throws(PostgresError) -> Int {
        defer { endExclusive(id) }
        return try await exclusiveResults(id, timeout: configuration.queryTimeout).last?.affectedRows ?? 0
    }

    private func abandonCopyOut(_ id: UInt64) async {
        defer { endExclusive(id) }
        do throws(PostgresError) {
            try exclusive(id).use.wantsCancel = true
            if case .none = cancellation { requestCancel(attempt: 0) }
            while try await readCopy(id) != nil {}
            _ = try await exclusiveResults(id, timeout: configuration.queryTimeout)
        } catch {
            logger.trace("COPY abandoned", metadata: ["server": "\(server)", "reason": "\(error.message)"])
        }
    }

    private func closeLost(_ link: Link) -> PostgresError {
        let error = lossError(link.session.errorMessage)
        close(error)
        return error
    }
}
