import Reactor

/// An attempt to open a connection. It belongs to the connection's actor.
final class Handshake {
    let session: LibpqSession
    var registration: Registration?
    private var timer: TimerID?
    private var continuation: CheckedContinuation<PostgresError?, Never>?

    init(_ session: LibpqSession, timer: TimerID, _ continuation: CheckedContinuation<PostgresError?, Never>) {
        self.session = session
        self.timer = timer
        self.continuation = continuation
    }

    /// Ceases to watch the socket: it may be closed or replaced by libpq's next step.
    func unregister(from reactor: Reactor) {
        if let registration { reactor.deregister(registration) }
        registration = nil
    }

    /// Ends the attempt and hands its outcome to whoever waits, once.
    func end(_ failure: PostgresError?, on reactor: Reactor) {
        unregister(from: reactor)
        if let timer { reactor.cancel(timer) }
        timer = nil
        continuation?.resume(returning: failure)
        continuation = nil
    }
}
