/// The use of a session outside pipeline mode, by one caller at a time: for COPY and for scripts.
///
/// It belongs to the connection's actor.
final class ExclusiveUse {
    /// Names the use, so that a cancellation that comes late does not hit the next.
    let id: UInt64

    /// When the caller stops waiting for the server; nil while the server waits for the caller.
    var deadline: ContinuousClock.Instant?

    /// Whether the server is to cancel the statement.
    var wantsCancel = false

    /// Whether data can be taken from the socket now; else it stays there and holds the server back.
    var isReceiving = false

    private var continuation: CheckedContinuation<Void, Never>?

    init(id: UInt64) {
        self.id = id
    }

    /// Suspends the caller until the socket is ready or the connection is closed.
    func wait(_ continuation: CheckedContinuation<Void, Never>) {
        self.continuation = continuation
    }

    /// Resumes the caller if it waits.
    func wake() {
        continuation?.resume()
        continuation = nil
    }
}
