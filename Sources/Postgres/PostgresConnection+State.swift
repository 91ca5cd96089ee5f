import DequeModule
import Reactor

extension PostgresConnection {
    /// Where the connection is in its life.
    enum State {
        case unconnected
        case connecting(Handshake)
        case open(Link)
        case closed(PostgresError)
    }

    /// What waits for its turn.
    enum Request {
        case segment(Segment)
        /// Somebody who needs the session outside pipeline mode.
        case exclusive(id: UInt64, CheckedContinuation<PostgresError?, Never>)
    }

    /// An open session and its socket.
    final class Link {
        let session: LibpqSession
        let canceller: LibpqCanceller?
        let registration: Registration
        var interest = Readiness.readable
        /// The use of the session outside pipeline mode; nil in it.
        var exclusive: ExclusiveUse?

        init(_ session: LibpqSession, canceller: LibpqCanceller?, registration: Registration) {
            self.session = session
            self.canceller = canceller
            self.registration = registration
        }
    }

    /// The open session.
    ///
    /// - Throws: why there is none.
    func link() throws(PostgresError) -> Link {
        switch state {
        case .open(let link): return link
        case .closed(let error): throw error
        case .unconnected, .connecting:
            throw PostgresError(.invalidUse, "the connection is not open yet", server: server)
        }
    }

    /// Ends the connection and everything that waits for it.
    func close(_ error: PostgresError) {
        let error = error.at(server)
        let previous = state
        if case .closed = previous { return }
        state = .closed(error)
        condition.update(.closed)
        // Releasing the session ends it, so its descriptor is deregistered first.
        switch previous {
        case .connecting(let handshake):
            handshake.end(error, on: reactor)
        case .open(let link):
            reactor.deregister(link.registration)
            link.exclusive?.wake()
            onClose(error)
        case .unconnected, .closed: break
        }
        cancelDeadlineTimer()
        failRequests(error)
        for channel in listeners.values {
            for listener in channel.values { listener.finish() }
        }
        listeners.removeAll()
    }

    /// The error of a connection that broke.
    func lossError(_ reason: String) -> PostgresError {
        PostgresError(.connection, "the connection to the server was lost: \(reason)", server: server)
    }

    /// The error of a caller that was cancelled before its query had an effect.
    var cancelledError: PostgresError {
        PostgresError(.cancelled, "the task was cancelled", server: server)
    }

    // MARK: - Private

    private func failRequests(_ error: PostgresError) {
        let sent = inFlight
        let unsent = waiting
        inFlight.removeAll()
        waiting.removeAll()
        for segment in sent { segment.finish(segment.outcome(ofLoss: error, wasSent: true)) }
        for request in unsent {
            switch request {
            case .segment(let segment): segment.finish(segment.outcome(ofLoss: error, wasSent: false))
            case .exclusive(_, let continuation): continuation.resume(returning: error)
            }
        }
    }
}
